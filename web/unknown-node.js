// Leaves the one language that the person chose, or the browser prefers; keeps the room in the link.
{
  const sections = [...document.querySelectorAll('section')];
  let chosen = '';
  try {
    chosen = JSON.parse(localStorage.getItem('chat.language') ?? '""');
  } catch {}
  const wanted = [chosen, ...navigator.languages].map((language) => language.slice(0, 2).toLowerCase());
  const language = wanted.find((one) => sections.some((section) => section.lang === one)) ?? 'en';
  for (const section of sections) section.hidden = section.lang !== language;
  document.documentElement.lang = language;
  document.title = `${document.querySelector('section:not([hidden]) h1')?.textContent} · Chat`;
  for (const link of document.querySelectorAll('a')) link.search = location.search;
}
