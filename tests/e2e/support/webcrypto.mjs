import { webcrypto } from 'node:crypto';

// Node.js 18 has no global `crypto`; the library that signs tokens needs it.
globalThis.crypto ??= webcrypto;
