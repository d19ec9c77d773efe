/** The part of the WebAssembly interface that the sandbox uses; the project compiles without the DOM's types. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { name: string; kind: string }[];
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Global {
    value: number;
  }
  type ImportedFunction = (...args: never[]) => unknown;
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, ImportedFunction>>);
    readonly exports: Record<string, object>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
