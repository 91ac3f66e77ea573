// Resolved packages appear by their place, built-in modules by their name.
const FRAMEWORK_PATHS =
  'node_modules/(@nestjs|fastify|graphql|graphql-http|graphql-ws|ws|pg|kysely|@kubernetes|pino|nestjs-pino|prom-client|@opentelemetry)/|^(node:)?sqlite$';
const FEATURES = 'access|audit|auth|consumers|namespaces|secrets|tokens|versions|rotation|sync';
// What every feature stands on: it may be used from anywhere.
const FOUNDATION = 'core|platform/(?:config|health|http|idempotency|lifecycle|storage|telemetry)';
// REST lives in the feature it opens, GraphQL and kubectl beside them.
const DOORS = '^src/[a-z/]*\\b(rest|graphql|kubectl)/';

// What puts a feature together may see what it puts together.
const COMPOSITION = '\\.(module|providers)\\.ts$';

// The one file that adds a field to another feature's GraphQL type.
const SECRET_EVENTS = '^src/audit/graphql/secret-events\\.resolver\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files of a cycle cannot be understood, tested or replaced one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment:
        'A file that nobody imports is dead and rots; start files and threads are the roots.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/(main|cli/.*)\\.ts$|\\.worker\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'What cannot be found here cannot be found at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that another one happens to bring may be gone with its next version.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'core-stands-alone',
      comment: 'The core knows no feature, so that every feature may know the core.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'Decisions without framework or store are tested by tables and reused by the CLI.',
      severity: 'error',
      from: { path: '^src/core/|^src/.+/domain/' },
      to: { path: FRAMEWORK_PATHS },
    },
    {
      name: 'domain-knows-domain-only',
      comment: 'A decision that reaches for a service is no decision any more; its types may stay.',
      severity: 'error',
      from: { path: '^src/.+/domain/' },
      to: {
        path: '^src/',
        pathNot: '^src/core/|^src/.+/domain/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'doors-use-services',
      comment: 'REST, GraphQL and kubectl answer alike because all three go through one service.',
      severity: 'error',
      from: { path: DOORS, pathNot: '^src/kubectl/forward/' },
      to: { path: '^src/(kubernetes|platform/storage)/|\\.store\\.ts$' },
    },
    {
      name: 'doors-are-apart',
      comment: 'A door that imports another cannot be closed on its own.',
      severity: 'error',
      from: { path: DOORS },
      to: { path: DOORS, pathNot: '/$1/' },
    },
    {
      name: 'features-do-not-know-doors',
      comment: 'Direction: doors point at features.',
      severity: 'error',
      from: {
        path: `^src/(${FEATURES}|${FOUNDATION}|kubernetes)/`,
        pathNot: `${DOORS}|${COMPOSITION}`,
      },
      to: { path: `${DOORS}|^src/cli/` },
    },
    {
      name: 'encryption-is-below',
      comment: 'It seals what it is given; whose histories there are it knows by types alone.',
      severity: 'error',
      from: { path: '^src/encryption/', pathNot: COMPOSITION },
      to: { path: `^src/(${FEATURES})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-meet-at-the-front',
      comment:
        'Nothing reaches inside another feature: service, module, marks, domain and types, those ' +
        'of GraphQL as well.',
      severity: 'error',
      from: { path: `^src/(${FEATURES})/`, pathNot: `${SECRET_EVENTS}|${COMPOSITION}` },
      to: {
        path: `^src/(${FEATURES})/`,
        pathNot: '^src/$1/|^src/[^/]+/domain/|\\.(service|module|decorator|objects|inputs)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'audit-extends-secrets',
      comment:
        'A Secret in GraphQL has its trail as a field, which only the audit feature can add.',
      severity: 'error',
      from: { path: SECRET_EVENTS },
      to: {
        path: `^src/(${FEATURES})/`,
        pathNot: '^src/audit/|^src/secrets/graphql/secret\\.objects\\.ts$',
      },
    },
    {
      name: 'ports-point-inward',
      comment: 'Features declare what they need; modules and `kube-` adapters bring the cluster.',
      severity: 'error',
      from: { path: `^src/(${FEATURES})/`, pathNot: `${COMPOSITION}|/kube-[a-z.-]+\\.ts$` },
      to: { path: '^src/kubernetes/' },
    },
    {
      name: 'kubernetes-implements-ports',
      comment: 'The adapter knows what it implements, never who uses it; TokenReviewer is a port.',
      severity: 'error',
      from: { path: '^src/kubernetes/' },
      to: {
        path: '^src/',
        pathNot: `^src/(kubernetes|core|platform/(config|health|lifecycle|telemetry))/|^src/[^/]+/domain/|^src/auth/token-reviewer\\.ts$`,
      },
    },
    {
      name: 'client-node-has-one-door',
      comment: 'Its ApiException carries body and headers in the message, and it costs 90 MB.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kubernetes/' },
      to: { path: 'node_modules/@kubernetes/client-node/' },
    },
    {
      name: 'grpc-has-one-door',
      comment: 'It is loaded only where a KMS plugin is named.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/encryption/kms/' },
      to: { path: 'node_modules/@grpc/' },
    },
    {
      name: 'open-telemetry-has-one-door',
      comment: 'Others use the Tracer, so that spans hold only what it takes, and load it lazily.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/telemetry/(otlp-tracer|trace-context)\\.ts$' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'telemetry-is-below',
      comment: 'Logs, metrics and traces are used by every feature and so use none.',
      severity: 'error',
      from: { path: '^src/platform/telemetry/' },
      to: { path: '^src/', pathNot: '^src/(core|platform/(telemetry|http))/' },
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'It is an API server of its own: the gateway must not know the difference.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/', pathNot: '^src/(sandbox|core)/' },
    },
    {
      name: 'sandbox-needs-little',
      comment: 'YAML and certificates; everything else in there is ours, and fast to load.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(yaml|@peculiar/x509|@types/node)/' },
    },
    {
      name: 'sandbox-has-one-door',
      comment:
        'Only the start knows that there is a sandbox; the gateway gets a server and a token.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sandbox|app/sandbox)/|^src/app/serve\\.ts$' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'sandbox-start-is-for-main',
      comment: 'What prepares a sandbox runs before there is a gateway.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/(sandbox/|serve\\.ts$)' },
      to: { path: '^src/app/sandbox/' },
    },
    {
      name: 'no-test-code',
      comment: 'The gateway never runs code made for tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|dist)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
