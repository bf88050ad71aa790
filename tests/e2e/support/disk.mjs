import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = '16m';
const asRoot = (...words) => execFileSync(...(process.getuid() === 0 ? [words[0], words.slice(1)] : ['sudo', ['-n', ...words]]), { stdio: 'pipe' });

/** A small file system of its own, which a test can run full. */
export class Disk {
  static mount(folder) {
    const disk = new Disk();
    disk.folder = folder;
    disk.ballast = join(folder, 'ballast');
    try {
      asRoot('mount', '-t', 'tmpfs', '-o', `size=${SIZE},uid=${process.getuid()}`, 'tmpfs', folder);
    } catch (error) {
      throw new Error(`a small disk for Redis cannot be mounted: ${error.message.trim()}
Run the tests as root or as somebody who may use sudo without a password; a container needs --cap-add SYS_ADMIN.`);
    }
    disk.unmountAtExit = () => disk.unmount();
    process.on('exit', disk.unmountAtExit);
    return disk;
  }

  /** Not one byte more fits in. */
  fill() {
    const file = openSync(this.ballast, 'w');
    try {
      for (const block of [Buffer.alloc(65_536), Buffer.alloc(1)]) {
        try {
          for (;;) writeSync(file, block);
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free() { rmSync(this.ballast); }

  /** Lazily: also when somebody still has a file open there. */
  unmount() {
    process.off('exit', this.unmountAtExit);
    asRoot('umount', '-l', this.folder);
  }
}
