import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from './app.js';
import { answer, HttpSink } from './http-sink.js';
import { TechnicianFolder, type Sections } from './provision-command.js';

export const password = 'a long enough password';

interface Technician {
  user: { username: string; password: string };
  token: string;
}

/** Where `fieldline provision` runs: a server, a sink for what else it may ask, and a new folder for each test. */
export class ProvisionLab {
  user: Technician['user'] = { username: '', password };
  token = '';
  url = '';
  private started: { app: TestApp; sink: HttpSink } | undefined;
  private opened: TechnicianFolder | undefined;
  /** For whoever makes nothing. */
  private idle: Technician = { user: this.user, token: '' };

  constructor() {
    beforeAll(async () => {
      const app = await startTestApp();
      this.started = { app, sink: await HttpSink.start() };
      this.url = await app.listen();
      await this.anotherTenant();
      this.idle = { user: this.user, token: this.token };
    });
    afterAll(async () => {
      await this.sink.close();
      await this.app.close();
    });
    beforeEach(() => {
      this.opened = new TechnicianFolder();
      this.sink.clear();
      this.sink.script();
      this.sink.answerAlways(answer(200));
      Object.assign(this, this.idle);
    });
    afterEach(() => {
      this.folder.remove();
    });
  }

  get app(): TestApp {
    return this.running.app;
  }

  get sink(): HttpSink {
    return this.running.sink;
  }

  get folder(): TechnicianFolder {
    if (this.opened === undefined) throw new Error('a folder is there for each test');
    return this.opened;
  }

  anotherTenant = async (): Promise<void> => {
    const signedUp = await this.app.signUp();
    this.token = signedUp.token;
    this.user = { username: signedUp.email, password };
  };

  get = async (path: string): Promise<Body> => (await this.app.http('GET', path, { token: this.token })).body;

  config = (sections: Sections = {}): string => this.folder.config(this.url, this.user, sections);

  write = (sections: Sections = {}): string => this.folder.write('config.properties', this.config(sections));

  private get running(): { app: TestApp; sink: HttpSink } {
    if (this.started === undefined) throw new Error('the server starts with the first test');
    return this.started;
  }
}

export const lineIn = (text: string, start: string): number =>
  text.split('\n').findIndex((line) => line.startsWith(start)) + 1;
