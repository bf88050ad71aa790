// Lighthouse, as on a slow phone, of the page of a lone node, through NGINX or direct. Not in the default run: the number depends on
// the machine. First npm ci --prefix tests/lighthouse; then node tests/lighthouse/run.mjs [mobile|desktop] [nginx|direct].
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../e2e/support/browser.mjs';
import { Nginx } from '../e2e/support/nginx.mjs';
import { Node } from '../e2e/support/node.mjs';
import { freshFolder } from '../e2e/support/places.mjs';
import { freePort } from '../e2e/support/program.mjs';
import { default as lighthouse, desktopConfig } from 'lighthouse';

const [form = 'mobile', way = 'nginx'] = process.argv.slice(2);
const folder = freshFolder('lighthouse');
const node = await Node.start({ id: 'alone', folder, settings: { 'trusted-proxies': '127.0.0.1/32' } });
const nginx = await Nginx.start(folder, [node]);
const port = await freePort();
const browser = await launch([`--remote-debugging-port=${port}`]);
try {
  const result = await lighthouse(`${(way === 'direct' ? node : nginx).http}/`, { port, output: 'json', logLevel: 'error' }, form === 'desktop' ? desktopConfig : undefined);
  writeFileSync(join(folder, 'report.json'), result.report);
  const { categories, audits } = result.lhr;
  for (const { title, score } of Object.values(categories)) console.log(`${title}: ${Math.round(score * 100)}`);
  for (const id of ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'speed-index', 'cumulative-layout-shift']) console.log(`${audits[id].title}: ${audits[id].displayValue}`);
  const requests = audits['network-requests'].details.items;
  console.log(`${requests.length} requests, ${Math.round(requests.reduce((sum, r) => sum + r.transferSize, 0) / 1024)} KB`);
  for (const audit of Object.values(audits)) if (audit.score !== null && audit.score < 0.9) console.log(`  ${audit.id} ${audit.score}: ${audit.displayValue ?? ''}`);
} finally {
  await browser.close();
  await nginx.stop();
  await node.stop();
}
