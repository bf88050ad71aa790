// Draws attention to unread messages: the tab's title and icon always, a notification and a sound only when asked for.

/** @param {number} count @param {string} room */
export function showUnread(count, room) {
  const title = `${count ? `(${count}) ` : ''}${room} · Chat`;
  if (document.title !== title) document.title = title;
  const link = /** @type {HTMLLinkElement} */ (document.getElementById('favicon'));
  const icon = count ? 'favicon-unread.svg' : 'favicon.svg';
  if (link.getAttribute('href') !== icon) link.setAttribute('href', icon);
}

/** @param {import('./types.js').Message} message @param {{ notifications: boolean, sound: boolean }} wanted @param {(room: string) => void} open */
export function announce({ from, text = '', room }, { notifications, sound }, open) {
  if (notifications && Notification.permission === 'granted') {
    try {
      const note = new Notification(from.name, { body: text.slice(0, 160), tag: room });
      note.onclick = () => {
        window.focus();
        open(room);
        note.close();
      };
    } catch { /* some phones only let a service worker notify */ }
  }
  if (sound) beep();
}

/** @type {AudioContext | undefined} */ let audio;

function beep() {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const now = audio.currentTime;
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.25);
  tone.connect(volume).connect(audio.destination);
  tone.start(now);
  tone.stop(now + 0.25);
}
