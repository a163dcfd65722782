// Chromium on the quickstart's page, with hands to fill it in and eyes for what goes wrong.
import { chromium } from 'playwright-core';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const startBrowser = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet, headless: true });

/** Opens the page; `troubles` collects errors on its console, uncaught ones, and violations of its Content-Security-Policy. */
export async function openPage(browser, address, prepare = async () => {}) {
  const page = await (await browser.newContext()).newPage();
  const troubles = [];
  page.on('console', (message) => { if (message.type() === 'error') troubles.push(message.text()); });
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.exposeFunction('violated', (what) => { troubles.push(what); });
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => globalThis.violated(`${event.violatedDirective} ${event.blockedURI}`)));
  await prepare(page);
  await page.goto(address);
  return { page, troubles };
}

/** Fills the form in, sends it, and resolves with what the page says in the end. */
export async function upload(page, { way, file, key, settings = {} }) {
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  if (key !== undefined) await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByRole('radio', { name: way }).check();
  for (const [label, value] of Object.entries(settings)) {
    const field = page.getByLabel(label);
    await (label === 'Permitted types' ? field.selectOption(value) : field.fill(value));
  }
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.locator('#outcome:is([data-state=stored], [data-state=refused])').waitFor();
  return {
    status: await page.getByRole('status').innerText(),
    refusal: await page.getByRole('alert').innerText(),
    expiration: await page.locator('#expiration').getAttribute('datetime'),
    clamped: await page.locator('#clamped').isVisible(),
  };
}

/** Notes every value that the progress bar takes. */
export async function watchProgress(page) {
  await page.evaluate(() => {
    globalThis.shares = [];
    const bar = document.getElementById('progress');
    new MutationObserver(() => bar.hasAttribute('value') && globalThis.shares.push(bar.value)).observe(bar, { attributes: true });
  });
  return () => page.evaluate(() => globalThis.shares);
}
