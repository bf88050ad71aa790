// The lab agent of a cluster that was started with `--lab`. Where there is none, a file of the page answers that it can do nothing.

/** @typedef {{ mode: 'automatic' | 'explicit', actions: string[], nodes: string[], busy: string | null, most_nodes?: number }} Agent */

/** @type {Agent} */
export const NO_AGENT = { mode: 'automatic', actions: [], nodes: [], busy: null };

/** @param {URL} root of the site @param {typeof fetch} [get] */
export function agentAt(root, get = fetch) {
  return {
    /** What the agent can do, and whether NGINX answered. @returns {Promise<{ agent: Agent, proxy: boolean }>} */
    async look() {
      try {
        const reply = await get(new URL('lab/agent.json', root), { cache: 'no-store' });
        return { agent: reply.ok ? await reply.json() : NO_AGENT, proxy: /^nginx/i.test(reply.headers.get('server') ?? '') };
      } catch {
        return { agent: NO_AGENT, proxy: true };
      }
    },

    /** @param {{ action: string, node?: string, seconds?: number }} wanted @returns {Promise<{ code?: string, wait?: number, [key: string]: any }>} `code`: why it refused */
    async ask(wanted) {
      try {
        const reply = await get(new URL('lab/actions', root), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(wanted) });
        const answer = await reply.json();
        return reply.ok ? answer : { code: answer.error.code, wait: Number(reply.headers.get('retry-after') ?? 0) };
      } catch {
        return { code: 'no_agent' };
      }
    },
  };
}
