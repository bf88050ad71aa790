// The mistakes of a client in its requests, and the error code for each.

/** As sent, and the code of the error. Those with "id":1 must be told with that id. */
export const malformed = {
  'nothing at all': ['', 'bad_request'],
  'a word': ['hello', 'bad_request'],
  'half an object': ['{"type":"node"', 'bad_request'],
  'a number': ['42', 'bad_request'],
  'a string': ['"node"', 'bad_request'],
  'null': ['null', 'bad_request'],
  'an array of numbers': ['[1,2]', 'bad_request'],
  'an object and more': ['{"type":"node","id":1} x', 'bad_request'],
  'two objects without an array': ['{"type":"node","id":1}{"type":"node","id":2}', 'bad_request'],
  'a trailing comma': ['{"type":"node",}', 'bad_request'],
  'single quotes': ["{'type':'node'}", 'bad_request'],
  'a comment': ['{"type":"node"/* */}', 'bad_request'],
  'NaN': ['{"type":"send","room":"lobby","seq":NaN}', 'bad_request'],
  'a number beyond any range': ['{"type":"node","x":1e400}', 'bad_request'],
  'a lone surrogate': ['{"type":"node","x":"\\ud800"}', 'bad_request'],
  'a bad escape': ['{"type":"node","x":"\\x41"}', 'bad_request'],
  'a raw control character in a string': ['{"type":"node","x":"a\x01b"}', 'bad_request'],
  'an object without type': ['{}', 'bad_request'],
  'an id without type': ['{"id":1}', 'bad_request'],
  'a type that is a number': ['{"type":5,"id":1}', 'bad_request'],
  'an empty type': ['{"type":"","id":1}', 'unknown_type'],
  'an unknown type': ['{"type":"fly","id":1}', 'unknown_type'],
  'a type in capitals': ['{"type":"NODE","id":1}', 'unknown_type'],
  'a reply of the server as a request': ['{"type":"welcome","id":1}', 'unknown_type'],
  'a type of 10,000 characters': [JSON.stringify({ type: 'x'.repeat(10_000), id: 1 }), 'unknown_type'],
  '8,000 arrays in each other': ['['.repeat(8000) + ']'.repeat(8000), 'bad_request'],
  '16,000 open brackets': ['['.repeat(16_000), 'bad_request'],
  '2,000 objects in each other': ['{"a":'.repeat(2000) + '1' + '}'.repeat(2000), 'bad_request'],
  'data nested 20 deep': [`{"type":"send","id":1,"room":"lobby","data":${'['.repeat(20)}${']'.repeat(20)}}`, 'bad_request'],
  'a key twice': ['{"type":"join","id":1,"room":"a","room":"b"}', 'bad_request'],
  'the type twice': ['{"type":"node","type":"leave","id":1}', 'bad_request'],
  '1,500 keys': [JSON.stringify({ type: 'node', ...Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`k${i}`, 0])) }), 'bad_request'],
};

/** Requests with a field missing or of the wrong kind: told with the request's id. The sender is in "lobby". */
export const wrongFields = [
  { type: 'join' }, { type: 'send', room: 'lobby' }, { type: 'send', text: 'x' }, { type: 'leave' }, { type: 'members' }, { type: 'history' }, { type: 'typing' },
  { type: 'join', room: 5 }, { type: 'join', room: null }, { type: 'join', room: ['lobby'] }, { type: 'join', room: { name: 'lobby' } },
  { type: 'send', room: 'lobby', text: 5 }, { type: 'send', room: 'lobby', text: null }, { type: 'send', room: 'lobby', text: ['x'] }, { type: 'send', room: 'lobby', text: {} },
  { type: 'send', room: 'lobby', text: 'x', seq: '1' }, { type: 'send', room: 'lobby', text: 'x', seq: 0 }, { type: 'send', room: 'lobby', text: 'x', seq: -1 }, { type: 'send', room: 'lobby', text: 'x', seq: 1.5 },
  { type: 'send', room: 'lobby', text: '' }, { type: 'send', room: 'lobby', text: 'a\0b' },
  { type: 'hello', name: 5 }, { type: 'hello', name: {} }, { type: 'hello', producer: 'short' }, { type: 'hello', producer: 7 }, { type: 'hello', identity_secret: [] },
  { type: 'join', room: 'lobby', cursor: 'x' }, { type: 'join', room: 'lobby', cursor: {} }, { type: 'join', room: 'lobby', cursor: { epoch: 5, offset: 1 } },
  { type: 'join', room: 'lobby', cursor: { epoch: 'e', offset: -1 } }, { type: 'join', room: 'lobby', cursor: { epoch: 'e', offset: '1' } },
  { type: 'join', room: 'lobby', history: 'all' }, { type: 'join', room: 'lobby', history: -1 },
  { type: 'history', room: 'lobby', limit: 'all' }, { type: 'history', room: 'lobby', limit: -1 }, { type: 'history', room: 'lobby', before: 'x' }, { type: 'history', room: 'lobby', before: -1 },
];

export const badRooms = {
  'an empty name': '', 'a capital': 'Lobby', 'a blank in front': ' lobby', 'a blank inside': 'a b', 'a slash': 'a/b', 'a backslash': 'a\\b', 'braces': '{}', 'a star': '*', 'a question mark': 'lobby?',
  'CR LF': 'lobby\r\n', 'a Redis command behind CR LF': 'a b\r\nFLUSHALL', 'NUL': 'lobby\0', 'a printf format': '%s%n', 'right-to-left': 'عربي', 'a Cyrillic o': 'l\u043ebby', 'an emoji': '😀',
  'a dash in front': '-lobby', 'a dot in front': '.lobby', 'an underscore in front': '_lobby', 'two dots and a slash': '../lobby', '__proto__': '__proto__', '65 characters': 'a'.repeat(65), '4,096 characters': 'a'.repeat(4096),
};

export const goodRooms = ['a', '0', 'a'.repeat(64), 'a-b_c.d', 'constructor', 'dm-0123456789abcdef.fedcba9876543210', '127.0.0.1'];

/** Programs that must refuse to start: flags, environment, and the word that stderr must have. */
export const badSettings = {
  'an unknown flag': [['--fly'], {}, '--fly'],
  'a word that is no flag': [['fly'], {}, 'fly'],
  'a flag without its value': [['--history-size'], {}, 'history'],
  'a number that is a word': [['--history-size', 'many'], {}, 'history'],
  'a negative number': [['--history-size', '-1'], {}, 'history'],
  'a number with a tail': [['--history-size', '10x'], {}, 'history'],
  'a number beyond its type': [['--threads', '99999999999999999999'], {}, 'threads'],
  'negative threads': [['--threads', '-1'], {}, 'threads'],
  'a port above 65,535': [['--listen', '127.0.0.1:99999'], {}, 'listen'],
  'a listen address without port': [['--listen', '127.0.0.1'], {}, 'listen'],
  'a listen address that is none': [['--listen', 'nowhere:80:80'], {}, 'listen'],
  'a Redis URL of another kind': [['--redis', 'http://127.0.0.1'], {}, 'redis'],
  'a node id with a blank': [['--node-id', 'chat 1'], {}, 'node-id'],
  'a node id in capitals': [['--node-id', 'CHAT'], {}, 'node-id'],
  'a node id of 33 characters': [['--node-id', 'a'.repeat(33)], {}, 'node-id'],
  'an unknown log level': [['--log-level', 'loud'], {}, 'log-level'],
  'an unknown log format': [['--log-format', 'xml'], {}, 'log-format'],
  'an allowed origin without scheme': [['--allowed-origins', 'example.com'], {}, 'allowed-origins'],
  'a trusted proxy that is no network': [['--trusted-proxies', '300.1.1.1/99'], {}, 'trusted-proxies'],
  'a drain time that is a word': [['--drain-seconds', 'soon'], {}, 'drain-seconds'],
  'a web folder that does not exist': [['--web-root', '/does/not/exist'], {}, 'web'],
  'a config file that does not exist': [['--config', '/does/not/exist'], {}, 'config'],
  'an unknown CHAT_ variable': [[], { CHAT_FLY: '1' }, 'CHAT_FLY'],
  'a bad value in a CHAT_ variable': [[], { CHAT_HISTORY_SIZE: 'many' }, 'history'],
  'an impossible CHAT_LISTEN': [[], { CHAT_LISTEN: 'here' }, 'listen'],
};
