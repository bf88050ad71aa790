// The emoji that have a short name here: `:smile:`. Any other one is typed as itself.

const TABLE = 'smile 😄,grin 😁,joy 😂,rofl 🤣,wink 😉,blush 😊,heart_eyes 😍,kiss 😘,thinking 🤔,neutral 😐,smirk 😏,unamused 😒,relieved 😌,sleeping 😴,'
  + 'sunglasses 😎,confused 😕,worried 😟,cry 😢,sob 😭,angry 😠,scream 😱,flushed 😳,dizzy 😵,mask 😷,upside_down 🙃,hugs 🤗,shush 🤫,zany 🤪,cool 🆒,'
  + 'shrug 🤷,facepalm 🤦,wave 👋,ok_hand 👌,thumbsup 👍,+1 👍,thumbsdown 👎,-1 👎,clap 👏,pray 🙏,muscle 💪,point_up ☝️,point_right 👉,raised_hands 🙌,'
  + 'handshake 🤝,eyes 👀,brain 🧠,heart ❤️,broken_heart 💔,yellow_heart 💛,green_heart 💚,blue_heart 💙,fire 🔥,sparkles ✨,star ⭐,zap ⚡,boom 💥,100 💯,'
  + 'tada 🎉,party 🥳,gift 🎁,trophy 🏆,rocket 🚀,ship 🚢,car 🚗,bike 🚲,plane ✈️,house 🏠,coffee ☕,tea 🍵,beer 🍺,pizza 🍕,cake 🍰,apple 🍎,banana 🍌,'
  + 'sun ☀️,moon 🌙,cloud ☁️,rain 🌧️,snow ❄️,rainbow 🌈,earth 🌍,tree 🌳,flower 🌸,dog 🐶,cat 🐱,fox 🦊,panda 🐼,otter 🦦,bug 🐛,turtle 🐢,'
  + 'check ✅,x ❌,warning ⚠️,question ❓,exclamation ❗,bulb 💡,lock 🔒,key 🔑,gear ⚙️,wrench 🔧,hammer 🔨,link 🔗,pin 📌,memo 📝,calendar 📅,'
  + 'clock 🕐,hourglass ⏳,bell 🔔,mag 🔍,computer 💻,phone 📱,email 📧,package 📦,chart 📈,book 📖,music 🎵,camera 📷,soccer ⚽,game 🎮';

/** @type {ReadonlyMap<string, string>} */
export const EMOJI = new Map(TABLE.split(',').map((pair) => /** @type {[string, string]} */ (pair.split(' '))));

/** @param {string} code @returns {string} '' if there is none of this name */
export const emojiOf = (code) => EMOJI.get(code) ?? '';

/** The names that contain a text, those that begin with it first, short ones before long ones. @param {string} part @param {number} most */
export function emojiLike(part, most) {
  const codes = [...EMOJI.keys()].filter((code) => code.includes(part));
  return codes.sort((a, b) => Number(b.startsWith(part)) - Number(a.startsWith(part)) || a.length - b.length).slice(0, most);
}
