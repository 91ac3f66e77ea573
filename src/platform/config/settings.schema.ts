import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { isAddressRange } from '../http/domain/address-ranges.js';
import { auditSettings } from './audit-settings.js';
import { encryptionSettings } from './encryption-settings.js';
import { kubectlSettings } from './kubectl-settings.js';
import { rotationSettings } from './rotation-settings.js';
import { syncSettings } from './sync-settings.js';
import { storageSettings } from './storage-settings.js';
import { versionsSettings } from './versions-settings.js';

export const DEFAULT_DATA_DIR = '.sallyport';
const DAY_SECONDS = 24 * 60 * 60;
const YEAR_SECONDS = 365 * DAY_SECONDS;

const port = z.int().min(0).max(65_535);
const filePath = z.string().min(1);
const claimMapping = z.strictObject({
  claim: z.string().min(1),
  /** Prepended to the claim's value, as `kube-apiserver` does. */
  prefix: z.string().default(''),
});

/** One trusted issuer, shaped like an entry of Kubernetes' AuthenticationConfiguration. */
const jwtAuthenticator = z.strictObject({
  issuer: z.strictObject({
    url: z.url(),
    /** URL of the keys; by default, discovered at the issuer. */
    jwksUrl: z.url().optional(),
    audiences: z.array(z.string().min(1)).min(1),
    certificateAuthorityFile: filePath.optional(),
  }),
  claimMappings: z.strictObject({
    username: claimMapping,
    groups: claimMapping.optional(),
  }),
});

const listenSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(8420),
  /** States that a proxy terminates TLS in front of a listener that is not loopback. */
  insecure: z.boolean().default(false),
  /** Always present in the sandbox: `cert` and `key` are created if absent. */
  tls: z
    .strictObject({
      port: port.default(8443),
      cert: filePath.optional(),
      key: filePath.optional(),
      /** Authorities of client certificates, which identify clients; by default, none. */
      clientCa: filePath.optional(),
    })
    .optional(),
  /** Connections of both listeners together. */
  maxConnections: z
    .int()
    .min(limits.connectionsMin)
    .max(limits.connectionsMax)
    .default(limits.connectionsDefault),
  /** Addresses and CIDR ranges whose `Forwarded` and `X-Forwarded-For` are trusted. */
  trustedProxies: z
    .array(z.string().refine(isAddressRange, 'neither an address nor a CIDR range'))
    .max(limits.trustedProxiesMax)
    .default([]),
});

/** Listener of the admission webhook, with a certificate of its own; absent by default. */
const admissionSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(9443),
  cert: filePath,
  key: filePath,
  /** Authorities of the certificate that the API server presents; by default, none is needed. */
  clientCa: filePath.optional(),
});

const limitsSchema = z.strictObject({
  /** Requests of each credential. */
  requestsPerSecond: z.int().min(1).max(1_000_000).default(1_000),
  burst: z.int().min(1).max(1_000_000).default(2_000),
  /** Different invalid credentials of an address before further ones get 429. */
  failedCredentialsPerMinute: z.int().min(1).max(1_000).default(20),
  /** Bytes to each user, beyond the first bytes of each response; twice as much after a pause. */
  responseBytesPerSecond: z
    .int()
    .min(limits.answerBytesPerSecondMin)
    .max(limits.answerBytesPerSecondMax)
    .default(limits.answerBytesPerSecond),
});

const kubernetesSchema = z.strictObject({
  mode: z.enum(['sandbox', 'kubeconfig', 'in-cluster']).default('sandbox'),
  /** Needed with `kubeconfig`; `KUBECONFIG` also sets it. */
  kubeconfig: filePath.optional(),
  /** Port of the sandbox's own API, for kubectl. */
  sandboxPort: port.default(8444),
  access: z.enum(['impersonate', 'passthrough']).default('impersonate'),
  /** `strong` queries the cluster for each read; without a broker, every read does. */
  reads: z.enum(['cached', 'strong']).default('cached'),
  /** Who decides: with `rbac`, a right to all names of a namespace is one decision. */
  authorizers: z.enum(['any', 'rbac']).default('any'),
  /** Whether requests are served while the gateway has more rights than its profile. */
  allowExcessRights: z.boolean().default(false),
  /** Namespace of the gateway's own ServiceAccounts. */
  gatewayNamespace: z.string().min(1).default('sallyport'),
  brokerServiceAccount: z.string().min(1).default('sallyport-broker'),
  /** Audience that ServiceAccount tokens must carry. */
  audience: z.string().min(1).default('sallyport'),
});

const secretsSchema = z.strictObject({
  /** Whether REST and GraphQL may write tokens of the cluster itself. */
  allowClusterCredentials: z.boolean().default(false),
});

const tokensSchema = z.strictObject({
  /** The longest lifetime of a gateway token. */
  maxLifetimeSeconds: z
    .int()
    .min(1)
    .max(10 * YEAR_SECONDS)
    .default(30 * DAY_SECONDS),
});

/** All settings. Unknown keys are errors; defaults are in the README's table. */
export const settingsSchema = z.strictObject({
  listen: listenSchema.prefault({}),
  health: z
    .strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(8421) })
    .prefault({}),
  dataDir: filePath.default(DEFAULT_DATA_DIR),
  storage: storageSettings.prefault({}),
  kubernetes: kubernetesSchema.prefault({}),
  namespaces: z
    .strictObject({
      /** Names or globs (`*`) of the namespaces in which the broker works. */
      served: z.array(z.string().min(1)).min(1).optional(),
      scope: z.enum(['served', 'cluster']).optional(),
    })
    .prefault({}),
  auth: z
    .strictObject({
      jwt: z.array(jwtAuthenticator).max(16).default([]),
      /** Kubernetes' own issuer file: an AuthenticationConfiguration. */
      configFile: filePath.optional(),
    })
    .prefault({}),
  secrets: secretsSchema.prefault({}),
  admission: admissionSchema.optional(),
  tokens: tokensSchema.prefault({}),
  audit: auditSettings.prefault({}),
  versions: versionsSettings.prefault({}),
  encryption: encryptionSettings.prefault({}),
  rotation: rotationSettings.prefault({}),
  sync: syncSettings.prefault({}),
  kubectl: kubectlSettings.prefault({}),
  limits: limitsSchema.prefault({}),
  graphql: z
    .strictObject({
      introspection: z.boolean().default(true),
      documents: z
        .strictObject({ folder: z.string().min(1).optional(), only: z.boolean().default(false) })
        .prefault({}),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    })
    .prefault({}),
  tracing: z.strictObject({ otlpUrl: z.url().optional() }).prefault({}),
});

/** Settings as given, before the mode adds its defaults. */
export type Settings = z.infer<typeof settingsSchema>;

export type JwtAuthenticatorConfig = z.infer<typeof jwtAuthenticator>;
