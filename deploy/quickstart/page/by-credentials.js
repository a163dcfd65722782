// The first way: ali-oss signs each request with STS credentials, which it gets again and again for as long as it uploads.
import { ask } from './broker.js';
import { refused, unreachable } from './oss.js';
import { Refusal } from './refusal.js';

const partSize = 1024 * 1024, largestPut = 4 * partSize;

export async function uploadByCredentials(upload) {
  const { bucket, region, oss, aliOss } = upload.config;
  if (!aliOss) throw new Refusal('ali-oss is not here', 'This way needs ali-oss\'s browser bundle: install Node.js, build the quickstart again and restart it. The other two ways work without it.');
  const OSS = await bundle();
  const client = new OSS({ ...(await credentials(upload)), refreshSTSToken: () => credentials(upload), bucket, region: `oss-${region}`, endpoint: oss, sldEnable: true, authorizationV4: true });
  const key = resolved(upload.key);
  try {
    if (upload.file.size <= largestPut) await client.put(key, upload.file, { mime: upload.type });
    else await client.multipartUpload(key, upload.file, { mime: upload.type, partSize, progress: (share) => upload.progress(share) });
  } catch (error) {
    if (error.status > 0) throw refused(error, { ...upload, key });
    // What ali-oss says of a connection that failed; all else is not OSS's.
    throw error.status < 0 ? unreachable() : error;
  }
}

async function credentials(upload) {
  const answer = await ask('GET', '/get_sts_token_for_oss_upload');
  upload.given({ what: `STS credentials, AccessKeyId ${answer.AccessKeyId}`, expiration: answer.Expiration });
  return { accessKeyId: answer.AccessKeyId, accessKeySecret: answer.AccessKeySecret, stsToken: answer.SecurityToken };
}

/** The bundle is a plain script that leaves one name. */
const bundle = () => globalThis.OSS ?? new Promise((resolve, reject) => {
  const script = document.createElement('script');
  script.src = 'ali-oss.min.js';
  script.onload = () => resolve(globalThis.OSS);
  script.onerror = () => reject(new Refusal('ali-oss does not load', 'The quickstart does not answer for it. Reload the page.'));
  document.head.append(script);
});

/** Browsers resolve dot segments in a URL before they send it, so the signature must be of the resolved key. */
function resolved(key) {
  const segments = [];
  for (const segment of key.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
