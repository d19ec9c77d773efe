import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { SandboxPool } from './pool/sandbox-pool.js';
import { Quarantine } from './pool/quarantine.js';
import type { SandboxCall, SandboxCheck, SandboxErrorCode, SandboxResult } from './sandbox.contract.js';
import { SandboxClosed } from './sandbox-closed.error.js';
import { SandboxMetrics } from './sandbox-metrics.js';
import { SANDBOX_OPTIONS, sandboxOptions, type SandboxOptions } from './sandbox.options.js';
import type { PendingCall, Standing } from './pool/sandbox-thread.js';

/** A function is kept from running for so long. */
export interface Rest {
  tenantId: string;
  functionKey: string;
  forMs: number;
}

/** Runs user JavaScript; see sandbox.contract.ts for what goes in and comes out. */
@Injectable()
export class SandboxService implements OnApplicationShutdown {
  private readonly options: SandboxOptions;
  private readonly pool: SandboxPool;
  private readonly quarantine: Quarantine;
  private readonly waiting = new Set<(reason: SandboxClosed) => void>();
  private readonly restListeners: ((rest: Rest) => void)[] = [];
  private isClosed = false;

  constructor(
    @Optional() @Inject(SANDBOX_OPTIONS) options?: Partial<SandboxOptions>,
    @Optional() private readonly metrics?: SandboxMetrics,
  ) {
    this.options = sandboxOptions(options);
    this.pool = new SandboxPool(this.options, compileEngine);
    this.quarantine = new Quarantine(this.options.quarantineAfter, this.options.quarantineMs, this.options.now);
    metrics?.watchQuarantine(() => this.quarantine.size);
  }

  async call(call: SandboxCall): Promise<SandboxResult> {
    const result = this.refuse(call) ?? (await this.ranOnThread(call));
    this.metrics?.count(result);
    return result;
  }

  /** Hears of every function that is put into quarantine in this process. */
  onRest(listener: (rest: Rest) => void): void {
    this.restListeners.push(listener);
  }

  /** Whether a source can be saved: its syntax, its top level, and whether there is anything to call. */
  async check(code: string): Promise<SandboxCheck> {
    const refusal = isLarger(code, this.options.codeBytes) ? this.codeTooLarge() : undefined;
    const { error } =
      refusal ??
      (await this.run({
        kind: 'check',
        tenantId: '',
        functionKey: '',
        code,
        inputJson: '{}',
        timeMs: 0,
        random: '',
        standing: () => 'free',
      }));
    return error === null ? { ok: true } : { ok: false, ...error };
  }

  /** Last of all: steps that are still running when the server stops may finish. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await this.pool.close();
    for (const reject of this.waiting) reject(new SandboxClosed());
  }

  private async ranOnThread(call: SandboxCall): Promise<SandboxResult> {
    const { mode, seed, ...rest } = call;
    const { tenantId, functionKey } = call;
    const result = await this.run({ ...rest, ...seed, kind: mode, standing: () => this.standing(functionKey) });
    if (result.error?.code === 'sandbox.quarantined') return result;
    const forMs = this.quarantine.record(functionKey, result.error?.code);
    if (forMs > 0) for (const listener of this.restListeners) listener({ tenantId, functionKey, forMs });
    return result;
  }

  private refuse(call: SandboxCall): SandboxResult | undefined {
    if (isLarger(call.code, this.options.codeBytes)) return this.codeTooLarge();
    if (!isLarger(call.inputJson, this.options.inputBytes)) return undefined;
    return refused('sandbox.input_too_large', `the message has more than ${this.options.inputBytes} bytes`);
  }

  private standing(functionKey: string): Standing {
    const remainingMs = this.quarantine.remainingMs(functionKey);
    if (remainingMs === 0) return this.quarantine.isSuspect(functionKey) ? 'suspect' : 'free';
    const { quarantineAfter } = this.options;
    return refused(
      'sandbox.quarantined',
      `the function hit its limits ${quarantineAfter} times in a row and rests for another ${Math.ceil(remainingMs / 1000)} s`,
    );
  }

  private codeTooLarge(): SandboxResult {
    return refused('sandbox.code_too_large', `the source has more than ${this.options.codeBytes} bytes`);
  }

  private async run(call: Omit<PendingCall, 'crashes' | 'finish'>): Promise<SandboxResult> {
    if (this.isClosed) throw new SandboxClosed();
    return new Promise<SandboxResult>((resolve, reject) => {
      this.waiting.add(reject);
      const finish = (result: SandboxResult): void => {
        this.waiting.delete(reject);
        resolve(result);
      };
      this.pool.submit({ ...call, crashes: 0, finish });
    });
  }
}

/** Compiled once; the threads share the machine code. */
async function compileEngine(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm');
  return WebAssembly.compile(await readFile(path));
}

function isLarger(text: string, limitBytes: number): boolean {
  // No text has more than three bytes of UTF-8 for one unit of UTF-16.
  return text.length * 3 > limitBytes && Buffer.byteLength(text) > limitBytes;
}

function refused(code: SandboxErrorCode, message: string): SandboxResult {
  return { status: 'error', outputJson: null, logs: [], error: { code, message }, durationMs: 0 };
}
