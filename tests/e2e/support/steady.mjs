import assert from 'node:assert/strict';
import { http } from './http.mjs';

/** Requests each of `urls` all the time until `work` is done; not one request may fail. */
export async function withRequests(urls, work) {
  let working = true;
  const failures = [];
  let requests = 0;
  const asking = urls.map(async (url) => {
    while (working) {
      const { status } = await http(url).catch((error) => ({ status: error.message }));
      requests += 1;
      if (status !== 200) failures.push(`${url} ${status}`);
    }
  });
  try {
    await work();
  } finally {
    working = false;
    await Promise.all(asking);
  }
  assert.deepEqual(failures, [], `of ${requests} requests`);
  assert.ok(requests > 20, `${requests} requests`);
}
