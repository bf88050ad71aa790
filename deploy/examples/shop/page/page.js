// The page of the shop: logs in for a token, chats in shop-floor, and calls the shop's own methods through the cluster.
import { ChatClient } from './web/client.js';

const at = (id) => document.getElementById(id);
const status = (text) => { at('status').textContent = text; };

async function logIn(form) {
  const reply = await fetch('/login', { method: 'POST', body: JSON.stringify(Object.fromEntries(form)) });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(answer.error);
  return answer;
}

function enter(user, { token, cluster }) {
  const chat = new ChatClient({ url: `${cluster.replace(/^http/, 'ws')}/ws`, name: user, token });
  const show = ({ from, text }) => at('messages').append(Object.assign(document.createElement('li'), { textContent: `${from.name}: ${text}` }));
  chat.on('joined', ({ messages }) => { at('messages').replaceChildren(); messages.forEach(show); });
  chat.on('message', ({ message }) => show(message));
  chat.on('notice', ({ event, data }) => { if (event === 'bought') status(`You have bought ${data.item}`); });
  chat.on('state', ({ state }) => status(`${user} is ${state}`));
  chat.join('shop-floor');
  chat.connect();

  const call = (method) => chat.call(method, ['tea']).then(({ left }) => { at('answer').value = `${left} left`; }, (error) => { at('answer').value = error.message; });
  at('stock').onclick = () => call('Stock');
  at('buy').onclick = () => call('Buy');
  at('say').onsubmit = (event) => {
    event.preventDefault();
    chat.send('shop-floor', new FormData(event.target).get('text'));
    event.target.reset();
  };
  at('login').hidden = true;
  at('shop').hidden = false;
}

at('login').onsubmit = (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  logIn(form).then((answer) => enter(form.get('user'), answer), (error) => status(error.message));
};
