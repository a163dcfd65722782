// What Alibaba Cloud's guide to uploads shows in Node.js: express, and AssumeRole by ali-oss for each request. It logs nothing.
// Arguments: STS's address, the key's id and secret, the role, the path.
import OSS from 'ali-oss';
import express from 'express';

const [endpoint, accessKeyId, accessKeySecret, role, path] = process.argv.slice(2);
const app = express();

app.get(path, async (request, response) => {
  const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint });
  const { credentials } = await sts.assumeRole(role, '', '3000', 'sample');
  response.json({
    AccessKeyId: credentials.AccessKeyId,
    AccessKeySecret: credentials.AccessKeySecret,
    SecurityToken: credentials.SecurityToken,
  });
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`Now listening on: http://127.0.0.1:${server.address().port}`);
  console.log('Application started');
});
