// A notification and a sound for a message that comes while the tab is hidden. Loaded when it is wanted first.

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
