import { open, stat, type FileHandle } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';

/** What the spool asks of the disk, in one place, so that a test can let it fail as disks do. */
@Injectable()
export class SpoolDisk {
  /** @throws where the file is there already. */
  create(path: string): Promise<FileHandle> {
    return open(path, 'wx', 0o600);
  }

  /** All of it: a disk that fills up may take a part of a write before it says so. */
  async write(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  /** What was written survives the machine's crash. */
  sync(file: FileHandle): Promise<void> {
    return file.datasync();
  }

  /** What was created in or moved into a folder survives the machine's crash. */
  async syncFolder(path: string): Promise<void> {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Whether the path still leads to the open file. */
  async isAt(path: string, file: FileHandle): Promise<boolean> {
    const [there, here] = await Promise.all([stat(path).catch(() => null), file.stat()]);
    return there?.ino === here.ino && there.dev === here.dev;
  }
}
