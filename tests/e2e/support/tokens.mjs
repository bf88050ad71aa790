import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import './webcrypto.mjs';

/** Makes tokens that a cluster accepts whose nodes have `settings`. */
export class TokenMaker {
  /** @param {string} folder for the file with the secret */
  constructor(folder) {
    this.secret = randomBytes(32);
    this.file = join(folder, 'jwt-secret');
    writeFileSync(this.file, this.secret, { mode: 0o600 });
    this.settings = { 'jwt-secret-file': this.file };
  }

  /** @param {string} user @param {object} claims more claims; `seconds`: until the token ends */
  make(user, { seconds = 3600, issued = Math.floor(Date.now() / 1000), ...claims } = {}) {
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setSubject(user).setIssuedAt(issued)
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds).sign(this.secret);
  }
}
