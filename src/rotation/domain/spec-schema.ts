import { z } from 'zod';
import { rotationLimits } from '../../core/rotation-limits.js';
import { secretNameReason } from '../../secrets/domain/names.js';
import { keySchema, ruled, secretNameSchema } from '../../secrets/domain/parameter-schemas.js';
import { hasControlCharacter } from './control-characters.js';
import { formatDuration, parseDuration } from './duration.js';
import { singleValueSchemas } from './generated/single-value-schema.js';

const DAY_MS = 86_400_000;
/** No path, no user, no URL: the egress rules check everything else of a host. */
const HOST = /^[A-Za-z0-9._:-]+$/;

const secretName = secretNameSchema;
const secretKey = keySchema;
const workloadName = ruled(secretNameReason, {
  description: 'Name of the workload.',
  example: 'shop',
});
const userName = oneLine(1, 128);
const hostName = z.string().max(253).regex(HOST);

/** Parses a text of a target, which goes into external protocols. */
function oneLine(min: number, max: number) {
  const text = z.string().min(min).max(max);
  return text.refine((one) => !hasControlCharacter(one), {
    error: 'must have no control characters',
  });
}

function duration(minMs: number, maxMs: number) {
  return z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
    const message =
      ms === undefined
        ? 'not a duration such as 30d, 12h, 15m or 90s'
        : `must be from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

const algorithm = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('Ed25519') }),
  z.strictObject({
    name: z.literal('ECDSA'),
    curve: z.enum(['P-256', 'P-384', 'P-521']).default('P-256'),
  }),
  z.strictObject({
    name: z.literal('RSA'),
    bits: z.literal([2048, 3072, 4096]).default(3072),
  }),
]);

const keyPair = z.strictObject({
  algorithm: algorithm.prefault({ name: 'Ed25519' }),
  publicKey: secretKey.optional(),
});

const certificate = z.strictObject({
  commonName: z.string().max(64).default(''),
  dnsNames: z.array(z.string().max(253)).max(100).default([]),
  ipAddresses: z.array(z.string().max(45)).max(100).default([]),
  uris: z.array(z.string().max(512)).max(20).default([]),
  lifetime: duration(3_600_000, 3_660 * DAY_MS).prefault('90d'),
  algorithm: algorithm.prefault({ name: 'ECDSA' }),
  certificateKey: secretKey.default('tls.crt'),
  caKey: secretKey.optional(),
  ca: z.strictObject({ secretName }).optional(),
});

const generators = {
  ...singleValueSchemas,
  keyPair,
  sshKeyPair: keyPair.extend({ comment: z.string().max(256).default('') }),
  certificate,
  jwks: z.strictObject({
    algorithm: z.enum(['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256']).default('ES256'),
    publicKeySet: secretKey,
    keepOld: z.int().min(0).max(10).default(1),
  }),
  template: z.string().min(1).max(4_096),
} as const;

const optional = <T extends z.ZodType>(schema: T) => schema.optional();

const generatedKey = z.strictObject({
  key: secretKey,
  password: optional(generators.password),
  bytes: optional(generators.bytes),
  uuid: optional(generators.uuid),
  keyPair: optional(generators.keyPair),
  sshKeyPair: optional(generators.sshKeyPair),
  certificate: optional(generators.certificate),
  jwks: optional(generators.jwks),
  template: optional(generators.template),
});

const tls = z.strictObject({
  mode: z.enum(['verify-full', 'verify-ca']).default('verify-full'),
  caSecret: z.strictObject({ name: secretName, key: secretKey.default('ca.crt') }).optional(),
  serverName: hostName.optional(),
});

const server = {
  host: hostName,
  tls: tls.prefault({}),
  adminSecret: z.strictObject({
    name: secretName,
    username: userName.optional(),
    usernameKey: secretKey.default('username'),
    passwordKey: secretKey.default('password'),
  }),
  username: userName.optional(),
  usernames: z
    .array(userName)
    .length(2)
    .transform(([first = '', second = '']) => [first, second] as const)
    .optional(),
  usernameKey: secretKey.optional(),
  passwordKey: secretKey.default('password'),
  allowPrivileged: z.boolean().default(false),
};
const port = (usual: number) => z.int().min(1).max(65_535).default(usual);

const target = z.strictObject({
  none: z.strictObject({}).optional(),
  postgresql: z.strictObject({ ...server, port: port(5_432), database: oneLine(1, 63) }).optional(),
  mysql: z
    .strictObject({
      ...server,
      port: port(3_306),
      userHost: oneLine(1, 255).default('%'),
    })
    .optional(),
  mongodb: z
    .strictObject({
      ...server,
      port: port(27_017),
      authDatabase: oneLine(1, 63).default('admin'),
    })
    .optional(),
  redis: z.strictObject({ ...server, port: port(6_379) }).optional(),
  webhook: z
    .strictObject({
      url: oneLine(1, 2_048),
      tls: tls.prefault({}),
      signingSecret: z.strictObject({ name: secretName, key: secretKey.default('secret') }),
      timeout: duration(1_000, rotationLimits.targetCallMsMax).prefault('10s'),
    })
    .optional(),
});

const schedule = z.strictObject({
  cron: z.string().min(1).max(128).optional(),
  timeZone: z.string().min(1).max(64).optional(),
  every: duration(rotationLimits.scheduleMsMin, 3_660 * DAY_MS).optional(),
  window: duration(60_000, 30 * DAY_MS).optional(),
  jitter: duration(0, 7 * DAY_MS).prefault('0s'),
});

const consumers = z.strictObject({
  restart: z.enum(['auto', 'none']).optional(),
  workloads: z
    .array(
      z.strictObject({
        kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
        name: workloadName,
      }),
    )
    .min(1)
    .max(rotationLimits.restartedWorkloadsMax)
    .optional(),
  wait: z.boolean().default(true),
  timeout: duration(0, 7 * DAY_MS).prefault('15m'),
});

/**
 * Spec of a SecretRotation as its users write it, without the Secret's name, which is the object's
 * own. Its limits equal those in `deploy/crds`.
 */
export const specSchema = z.strictObject({
  generate: z.array(generatedKey).min(1).max(rotationLimits.generatedKeysMax),
  target: target.prefault({ none: {} }),
  strategy: z.enum(['alternatingUsers', 'singleUser', 'dual']).optional(),
  schedule: schedule.optional(),
  suspend: z.boolean().default(false),
  takeOwnership: z.boolean().default(false),
  retireAfter: duration(0, 30 * DAY_MS).prefault('1h'),
  consumers: consumers.prefault({}),
  historyLimit: z.int().min(1).max(100).default(10),
  adopt: z.string().max(256).optional(),
});

export type SpecInput = z.output<typeof specSchema>;
export type TargetInput = SpecInput['target'];
export type GeneratedKeyInput = SpecInput['generate'][number];
