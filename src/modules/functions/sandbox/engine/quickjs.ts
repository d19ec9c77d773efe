import type { CallGuard } from './call-guard.js';
import { MemoryImage } from './memory-image.js';

const WASM_PAGE_BYTES = 65_536;
/**
 * Where the stack begins; it grows down to address 0, and below that the machine traps. The binary would begin at 1 MiB, but every restore must clear the
 * whole stack, and so much of it costs more than the call. The bytes from here to 1 MiB are never touched.
 */
const STACK_TOP = 512 * 1024;
const BINARY_STACK_TOP = 1024 * 1024;
/** Of the stack, what the guest may use before it gets a RangeError: about 1,800 nested calls. The rest stays for native frames. */
const GUEST_STACK_BYTES = 416 * 1024;
/** A few bytes in the guest's memory through which arguments and lengths are passed: four addresses, then one length. */
const SCRATCH_BYTES = 32;
const SCRATCH_LENGTH_AT = 16;

const ERRNO_SUCCESS = 0;
const ERRNO_BADF = 8;
const ERRNO_NOSYS = 52;

/** An address in the machine's memory that holds one JavaScript value; gone when an image is restored that does not have it. */
export type GuestValue = number;

/** What the binary of quickjs-wasi offers and this file uses; all numbers are addresses, lengths or truth values. */
interface QuickJsExports {
  memory: WebAssembly.Memory;
  __stack_pointer: WebAssembly.Global;
  _initialize(): void;
  qjs_init(): number;
  qjs_set_memory_limit(bytes: number): void;
  qjs_set_max_stack_size(bytes: number): void;
  qjs_set_interrupt_handler(enable: number): void;
  qjs_eval(code: number, length: number, filename: number, flags: number): GuestValue;
  qjs_call(fn: GuestValue, self: GuestValue, argc: number, argv: number): GuestValue;
  qjs_new_string(text: number, length: number): GuestValue;
  qjs_new_host_function(name: number, length: number, argCount: number): GuestValue;
  qjs_get_string_len(value: GuestValue, lengthOut: number): number;
  qjs_get_prop_string(value: GuestValue, name: number): GuestValue;
  qjs_get_undefined(): GuestValue;
  qjs_get_exception(): GuestValue;
  qjs_is_exception(value: GuestValue): number;
  qjs_is_function(value: GuestValue): number;
  qjs_is_job_pending(): number;
  qjs_execute_pending_job(): number;
  qjs_free_value(value: GuestValue): void;
  wasm_malloc(bytes: number): number;
  wasm_free(address: number): void;
}

/** Everything that a machine is: its memory and its stack pointer; and where in it the host left its scratch bytes. */
export interface MachineImage {
  readonly memory: MemoryImage;
  readonly stackPointer: number;
  readonly scratch: number;
}

/** An exception left the guest. `value` is what was thrown. */
export class GuestThrew extends Error {
  constructor(readonly value: GuestValue) {
    super('an exception left the guest');
  }
}

/**
 * One QuickJS machine in WebAssembly, as bare as it comes.
 *
 * The binary has one mutable global, the stack pointer (a test reads that from the binary), and its compiled code never writes to its function table; so a
 * `MachineImage` is the machine's whole state, and `restore` leaves nothing of what ran before.
 */
export class QuickJs {
  private readonly exports: QuickJsExports;
  private view: Buffer;
  private scratch = 0;

  constructor(
    module: WebAssembly.Module,
    private readonly guard: CallGuard,
  ) {
    const { exports } = new WebAssembly.Instance(module, {
      env: this.environment(),
      wasi_snapshot_preview1: this.wasi(),
    });
    this.exports = exports as object as QuickJsExports;
    this.view = Buffer.from(this.exports.memory.buffer);
  }

  /** Starts the engine, in a machine to which no image is restored. */
  boot(memoryLimitBytes: number): void {
    this.exports.__stack_pointer.value = STACK_TOP;
    this.exports._initialize();
    if (this.exports.qjs_init() !== 0) throw new Error('QuickJS did not start');
    this.exports.qjs_set_memory_limit(memoryLimitBytes);
    this.exports.qjs_set_max_stack_size(GUEST_STACK_BYTES);
    this.exports.qjs_set_interrupt_handler(1);
    this.scratch = this.allocate(SCRATCH_BYTES);
  }

  get sizeBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /** Leaves `bytes` of free heap behind, so that an ordinary call need not grow the memory. */
  reserveHeap(bytes: number): void {
    this.exports.wasm_free(this.allocate(bytes));
  }

  image(): MachineImage {
    return {
      memory: MemoryImage.of(this.memory(), { from: STACK_TOP, to: BINARY_STACK_TOP }),
      stackPointer: this.exports.__stack_pointer.value,
      scratch: this.scratch,
    };
  }

  /** Makes this machine that of the image, byte for byte. It must not be larger than the image. */
  restore(image: MachineImage): void {
    const missingBytes = image.memory.sizeBytes - this.sizeBytes;
    if (missingBytes > 0) this.exports.memory.grow(missingBytes / WASM_PAGE_BYTES);
    image.memory.restoreTo(this.memory());
    this.exports.__stack_pointer.value = image.stackPointer;
    this.scratch = image.scratch;
  }

  /** Runs a script in the global scope; gives its completion value. */
  evaluate(source: string, filename: string): GuestValue {
    const code = this.writeText(source);
    const name = this.writeText(filename);
    const value = this.exports.qjs_eval(code.address, code.length, name.address, 0);
    this.exports.wasm_free(code.address);
    this.exports.wasm_free(name.address);
    return this.orThrow(value);
  }

  /** At most four arguments. */
  call(fn: GuestValue, ...args: GuestValue[]): GuestValue {
    const memory = this.memory();
    args.forEach((arg, index) => memory.writeUInt32LE(arg, this.scratch + index * 4));
    return this.orThrow(this.exports.qjs_call(fn, this.exports.qjs_get_undefined(), args.length, this.scratch));
  }

  /** Runs one waiting microtask; false when there was none. */
  runJob(): boolean {
    if (this.exports.qjs_is_job_pending() === 0) return false;
    if (this.exports.qjs_execute_pending_job() < 0) throw new GuestThrew(this.exports.qjs_get_exception());
    return true;
  }

  newString(text: string): GuestValue {
    const { address, length } = this.writeText(text);
    const value = this.exports.qjs_new_string(address, length);
    this.exports.wasm_free(address);
    return this.orThrow(value);
  }

  /** A function whose calls arrive at `hostCall` under this name. The name is part of the image. */
  newHostFunction(name: string): GuestValue {
    const { address, length } = this.writeText(name);
    return this.orThrow(this.exports.qjs_new_host_function(address, length, 0));
  }

  property(value: GuestValue, name: string): GuestValue {
    const { address } = this.writeText(name);
    return this.orThrow(this.exports.qjs_get_prop_string(value, address));
  }

  isFunction(value: GuestValue): boolean {
    return this.exports.qjs_is_function(value) !== 0;
  }

  /** The UTF-8 bytes of a string, still in the machine's memory: to be read before anything else runs. */
  stringBytes(value: GuestValue): Buffer {
    const lengthOut = this.scratch + SCRATCH_LENGTH_AT;
    const address = this.exports.qjs_get_string_len(value, lengthOut);
    if (address === 0) throw new GuestThrew(this.exports.qjs_get_exception());
    const memory = this.memory();
    return memory.subarray(address, address + memory.readUInt32LE(lengthOut));
  }

  private orThrow(value: GuestValue): GuestValue {
    if (this.exports.qjs_is_exception(value) !== 0) throw new GuestThrew(this.exports.qjs_get_exception());
    return value;
  }

  private writeText(text: string): { address: number; length: number } {
    const length = Buffer.byteLength(text);
    const address = this.allocate(length + 1);
    const memory = this.memory();
    memory.write(text, address, length, 'utf8');
    memory[address + length] = 0;
    return { address, length };
  }

  private allocate(bytes: number): number {
    const address = this.exports.wasm_malloc(bytes);
    if (address === 0) throw new Error('the memory of the machine is used up');
    return address;
  }

  /** Growing a WebAssembly memory replaces its buffer, so no view of it may be kept. */
  private memory(): Buffer {
    const { buffer } = this.exports.memory;
    if (this.view.buffer !== buffer) this.view = Buffer.from(buffer);
    return this.view;
  }

  private environment(): Record<string, WebAssembly.ImportedFunction> {
    return {
      host_interrupt: () => (this.guard.mustStop() ? 1 : 0),
      host_call: (name: number, nameLength: number, _self: GuestValue, argc: number, argv: number) =>
        this.hostCall(this.memory().toString('latin1', name, name + nameLength), argc, argv),
      // Every place is UTC: an answer must not depend on where the server stands.
      host_get_timezone_offset: () => 0,
      host_promise_rejection: (promise: GuestValue, reason: GuestValue) => {
        this.exports.qjs_free_value(promise);
        this.exports.qjs_free_value(reason);
      },
      // There are no modules: 0 makes `import()` reject.
      host_module_normalize: () => 0,
      host_module_load: () => 0,
    };
  }

  private wasi(): Record<string, WebAssembly.ImportedFunction> {
    return {
      clock_time_get: (_clock: number, _precision: bigint, out: number) => {
        this.memory().writeBigUInt64LE(this.guard.readClockNs(), out);
        return ERRNO_SUCCESS;
      },
      // Asked once, at start, for the seed of the engine's hash tables; the same image must come out every time.
      random_get: (address: number, length: number) => {
        this.memory().fill(0, address, address + length);
        return ERRNO_SUCCESS;
      },
      fd_write: () => ERRNO_BADF,
      fd_fdstat_get: () => ERRNO_BADF,
      fd_close: () => ERRNO_NOSYS,
      fd_seek: () => ERRNO_NOSYS,
    };
  }

  /** The two things that a guest can ask of its host: `seed() → string` and `log(level, message)`. */
  private hostCall(name: string, argc: number, argv: number): GuestValue {
    try {
      if (name === 'seed') return this.newString(this.guard.readSeed());
      if (name === 'log' && argc === 2) {
        const level = this.memory().readUInt32LE(argv);
        const message = this.memory().readUInt32LE(argv + 4);
        this.guard.log(this.stringBytes(level).toString('latin1'), this.stringBytes(message));
      }
    } catch {
      // A text that cannot be read is not logged. Nothing may be thrown here: it would tear the machine's stack.
    }
    return this.exports.qjs_get_undefined();
  }
}
