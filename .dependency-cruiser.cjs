/*
 * The plan of the house. A module imports modules of lower floors, and of those only what they show; siblings meet
 * through events. test/house/floors.spec.ts plants a fault for every rule here and expects it to be found.
 */

/** Lowest first. */
const floors = [
  ['auth'],
  ['labels', 'places', 'functions'],
  ['devices'],
  ['runs', 'configs', 'assets', 'images'],
  ['integrations', 'storages'],
  ['flows', 'provisioning'],
  ['flow-processor', 'ingest', 'identity', 'search', 'live', 'thingsboard'],
];

/**
 * What a module shows to others. Contracts are files of types and constants alone: the shapes that a service takes and
 * answers with may be named by its callers without their reaching behind it.
 */
const face = '\\.(module|service|guard|decorator|entity|contract)\\.ts$|/events/[^/]+\\.event\\.ts$';

const spec = '\\.spec\\.ts$';
const anyOf = (modules) => `^src/modules/(?:${modules.join('|')})/`;

const staircase = floors.map((modules, index) => ({
  name: `floor-${index + 1}-knows-only-lower-floors`,
  comment: `${modules.join(', ')}: what stands beside or above is told by events, or registers itself.`,
  severity: 'error',
  from: { path: `^src/modules/(${modules.join('|')})/` },
  to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', ...floors.slice(0, index).map(anyOf)] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'A circle has no lower end from which it could be understood. Circles of types are circles too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-knows-no-module',
      comment: 'The ground knows no feature: a module registers with core what core must know of it.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/modules/' },
    },
    {
      name: 'nobody-knows-the-roof',
      comment: 'app.module, boot, cli, health and metrics know everybody and are known by nobody below.',
      severity: 'error',
      from: { path: '^src/(?:core|modules)/' },
      to: { path: '^src/', pathNot: '^src/(?:core|modules)/' },
    },
    {
      name: 'every-module-has-a-floor',
      comment: 'A new module is given its floor in the list above.',
      severity: 'error',
      from: {},
      to: { path: '^src/modules/', pathNot: floors.map(anyOf) },
    },
    ...staircase,
    {
      name: 'only-faces-are-known',
      comment: "A neighbour's inside may change on any day; what it shows is its promise.",
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', face] },
    },
    {
      name: 'the-roof-sees-faces',
      comment: 'Knowing everybody is no licence to reach inside.',
      severity: 'error',
      from: { path: '^src/(?!core/|modules/)', pathNot: spec },
      to: { path: '^src/modules/', pathNot: face },
    },
    {
      name: 'controllers-ask-services',
      comment: 'Who may see which row is decided in a service, whatever the road into it.',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.repository\\.ts$' },
    },
    {
      name: 'rules-are-pure',
      comment: 'A rule is tested without mocks because it knows nothing that would have to be mocked.',
      severity: 'error',
      from: { path: '\\.rules\\.ts$' },
      to: { path: '\\.(?:service|repository|controller)\\.ts$|(?:^|/)node_modules/(?:typeorm|@nestjs)/' },
    },
    {
      name: 'source-knows-no-test',
      comment: 'What ships must start without tests, measurements and pages. Specs lie beside what they test.',
      severity: 'error',
      from: { path: '^(?:src|migrations)/', pathNot: spec },
      to: { path: ['^(?:test|bench|web)/', spec] },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration must do next year what it did on its day, whatever became of the code.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^src/' },
    },
    {
      name: 'no-tools-in-what-ships',
      comment: 'Development dependencies are not installed where the server runs.',
      severity: 'error',
      from: { path: '^(?:src|migrations)/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'packages-are-named',
      comment: 'A package that another happens to bring along may be gone with the next update.',
      severity: 'error',
      from: { path: '^(?:src|migrations)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'imports-lead-somewhere',
      comment: 'What cannot be found cannot be checked either.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
