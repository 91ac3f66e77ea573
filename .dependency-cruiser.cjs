// Resolved packages appear by their place, built-in modules by their name.
const FRAMEWORK_PATHS =
  'node_modules/(@nestjs|fastify|graphql|graphql-http|graphql-ws|ws|pg|kysely|@kubernetes|pino|nestjs-pino|prom-client|@opentelemetry)/|^(node:)?sqlite$';
const FEATURES =
  'access|admission|audit|auth|calls|consumers|custom-resources|environments|kubectl|namespaces|schemas|secrets|shares|sync|tokens|versions|rotation';
// Every feature may import these.
const FOUNDATION =
  'core|platform/(?:config|health|http|idempotency|lifecycle|outbound|storage|telemetry|threads)';
// Folders that translate a protocol to calls of services.
const TRANSPORTS = '^src/[a-z/]*\\b(rest|graphql|kubectl)/';

// Files that compose a feature import all of its parts.
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
      comment: 'No file is dead: start files and threads are the roots.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|packages)/',
        pathNot: '^(packages/kube-sandbox/)?src/(main|cli|cli/.*)\\.ts$|\\.worker\\.ts$',
      },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'A module that cannot be resolved here cannot be resolved at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment:
        'A package that only another package depends on may disappear with its next version.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'core-stands-alone',
      comment: 'The core imports no feature, so that every feature may import the core.',
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
      comment: 'A decision calls no service; it may import the types of one.',
      severity: 'error',
      from: { path: '^src/.+/domain/' },
      to: {
        path: '^src/',
        pathNot: '^src/core/|^src/.+/domain/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'transports-use-services',
      comment: 'REST, GraphQL and kubectl answer alike because all three call one service.',
      severity: 'error',
      from: { path: TRANSPORTS, pathNot: '^src/kubectl/forward/' },
      to: { path: '^src/(kubernetes|platform/storage)/|\\.store\\.ts$' },
    },
    {
      name: 'transports-are-apart',
      comment: 'A transport can be removed without changing another.',
      severity: 'error',
      from: { path: TRANSPORTS },
      to: { path: TRANSPORTS, pathNot: '/$1/' },
    },
    {
      name: 'features-import-no-transport',
      comment: 'Transports import features, and never the other way.',
      severity: 'error',
      from: {
        path: `^src/(${FEATURES}|${FOUNDATION}|kubernetes)/`,
        pathNot: `${TRANSPORTS}|${COMPOSITION}`,
      },
      to: { path: `${TRANSPORTS}|^src/cli/` },
    },
    {
      name: 'encryption-is-below',
      comment: 'Encryption imports only types of the features whose data it encrypts.',
      severity: 'error',
      from: { path: '^src/encryption/', pathNot: COMPOSITION },
      to: { path: `^src/(${FEATURES})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-import-services',
      comment:
        'A feature imports of another feature only its service, module, decorators, domain and types.',
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
      comment: 'The audit feature adds the trail to the GraphQL type of a Secret.',
      severity: 'error',
      from: { path: SECRET_EVENTS },
      to: {
        path: `^src/(${FEATURES})/`,
        pathNot: '^src/audit/|^src/secrets/graphql/secret\\.objects\\.ts$',
      },
    },
    {
      name: 'ports-point-inward',
      comment: 'Features declare ports; modules and `kube-` adapters connect them to the cluster.',
      severity: 'error',
      from: { path: `^src/(${FEATURES})/`, pathNot: `${COMPOSITION}|/kube-[a-z.-]+\\.ts$` },
      to: { path: '^src/kubernetes/' },
    },
    {
      name: 'kubernetes-implements-ports',
      comment: 'An adapter imports the ports that it implements, never their users.',
      severity: 'error',
      from: { path: '^src/kubernetes/' },
      to: {
        path: '^src/',
        pathNot: `^src/(kubernetes|core|platform/(config|health|lifecycle|telemetry))/|^src/[^/]+/domain/|^src/auth/token-reviewer\\.ts$`,
      },
    },
    {
      name: 'client-node-has-one-importer',
      comment:
        'Messages of its ApiException contain bodies and headers, and loading it costs 90 MB.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kubernetes/' },
      to: { path: 'node_modules/@kubernetes/client-node/' },
    },
    {
      name: 'grpc-has-one-importer',
      comment: 'gRPC is loaded only if the configuration names a KMS plug-in.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/encryption/kms/' },
      to: { path: 'node_modules/@grpc/' },
    },
    {
      name: 'open-telemetry-has-one-importer',
      comment:
        'Other files use the Tracer, which limits what spans contain and loads the library lazily.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/telemetry/(otlp-tracer|trace-context)\\.ts$' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'telemetry-is-below',
      comment: 'Every feature uses logs, metrics and traces; these import no feature.',
      severity: 'error',
      from: { path: '^src/platform/telemetry/' },
      to: { path: '^src/', pathNot: '^src/(core|platform/(telemetry|http))/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client runs in services of others: it has no dependency at all.',
      severity: 'error',
      from: { path: '^packages/client/src/' },
      to: { pathNot: '^packages/client/src/|^(node:)?fs/promises$' },
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'The sandbox is a separate API server, without knowledge of the gateway.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(src|test|scripts|dist)/' },
    },
    {
      name: 'sandbox-needs-little',
      comment: 'The sandbox needs libraries for YAML and certificates only, and loads fast.',
      severity: 'error',
      from: { path: '^packages/' },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(yaml|@peculiar/x509|reflect-metadata|@types/node)/',
      },
    },
    {
      name: 'sandbox-has-one-importer',
      comment: 'Only the start imports the sandbox; the gateway receives an address and a token.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/(sandbox/|serve\\.ts$)' },
      to: { path: '^packages/', pathNot: '^packages/client/src/index\\.ts$' },
    },
    {
      name: 'client-has-one-importer',
      comment: 'The gateway does not call itself: only the command line is a client.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^packages/client/' },
    },
    {
      name: 'sandbox-start-is-for-main',
      comment: 'The sandbox is prepared before the gateway is created.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/(sandbox/|serve\\.ts$)' },
      to: { path: '^src/app/sandbox/' },
    },
    {
      name: 'no-test-code',
      comment: 'The gateway never runs code of tests.',
      severity: 'error',
      from: { path: '^(src|packages)/' },
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
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
