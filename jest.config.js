/** Tests run on the compiled output: what is tested is what ships, and worker threads and child processes are the real files. */
export default {
  rootDir: 'dist',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.js', '<rootDir>/test/**/*.e2e-spec.js', '<rootDir>/test/house/**/*.spec.js'],
  transform: {},
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  randomize: true,
  testTimeout: 30_000,
  // Two at a time: most files wait more than they compute. Each in a process that ends when it has grown: what files leave
  // behind filled four gigabytes, and long before that the collector stopped everything for seconds.
  maxWorkers: 2,
  workerIdleMemoryLimit: '600MB',
  testSequencer: '<rootDir>/../jest.sequencer.js',
};
