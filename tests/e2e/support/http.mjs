import { request } from 'node:http';

/** One HTTP request on its own connection; `from` is the source address NGINX's ip_hash looks at. */
export function http(url, { method = 'GET', headers = {}, from, body, milliseconds = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, localAddress: from, agent: false, timeout: milliseconds }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text, get json() { return JSON.parse(text); } }));
      response.on('error', reject);
    });
    call.on('upgrade', (response, socket) => { socket.destroy(); resolve({ status: response.statusCode, headers: response.headers, text: '' }); });
    call.on('timeout', () => call.destroy(new Error(`${url} is silent`)));
    call.on('error', reject);
    call.end(body);
  });
}
