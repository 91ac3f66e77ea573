import { type FieldError, invalid } from '../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import { parseBody } from '../../core/parse-with.js';
import { generatedKeyNames } from './generated/generated-keys.js';
import { generatorProblems } from './generated/generator-problems.js';
import { singleValueGenerator, singleValueKinds } from './generated/single-value-schema.js';
import { ownAdminProblems } from './own-admin.js';
import type {
  GeneratedKey,
  Generator,
  RotationSpec,
  Schedule,
  ServerKind,
  ServerTargetSpec,
  Strategy,
  TargetSpec,
} from './rotation-spec.js';
import { cronProblem } from './schedule.js';
import {
  type GeneratedKeyInput,
  type SpecInput,
  specSchema,
  type TargetInput,
} from './spec-schema.js';
import { templateFacts } from './template-facts.js';

const SERVERS = ['postgresql', 'mysql', 'mongodb', 'redis'] as const;
const GENERATORS = [
  ...singleValueKinds,
  'keyPair',
  'sshKeyPair',
  'certificate',
  'jwks',
  'template',
] as const;

/** Strategies of each kind of server, in any version. */
const STRATEGIES = {
  postgresql: ['alternatingUsers', 'singleUser'],
  mysql: ['alternatingUsers', 'dual', 'singleUser'],
  mongodb: ['alternatingUsers', 'singleUser'],
  redis: ['dual', 'singleUser'],
} as const satisfies Record<ServerKind, readonly Strategy[]>;

/**
 * Parses the spec of a Secret's rotation and adds defaults. Throws Invalid (422) with every
 * position that breaks a rule. Checks how the parts fit together once each part is complete.
 * `body`: what a user wrote, without `secretName`.
 */
export function parseSpec(secretName: string, body: unknown): RotationSpec {
  const input = parseBody(specSchema, body);
  const errors: FieldError[] = [];
  const generate = input.generate.map((one, index) => generatedKeyOf(one, index, errors));
  const target = targetOf(input.target, errors);
  const arePartsWhole = errors.length === 0;
  const spec: RotationSpec = {
    secretName,
    generate: generate.filter((one) => one !== undefined),
    target,
    strategy: strategyOf(input, target, arePartsWhole ? errors : []),
    schedule: scheduleOf(input.schedule, errors),
    suspend: input.suspend,
    takeOwnership: input.takeOwnership,
    retireAfterMs: input.retireAfter,
    consumers: {
      restart: input.consumers.workloads ?? input.consumers.restart ?? 'none',
      wait: input.consumers.wait,
      timeoutMs: input.consumers.timeout,
    },
    historyLimit: input.historyLimit,
    adopt: input.adopt,
  };
  if (input.consumers.workloads !== undefined && input.consumers.restart !== undefined) {
    errors.push({ pointer: '/consumers/workloads', reason: 'not together with restart' });
  }
  if (arePartsWhole) {
    const facts = Object.keys(templateFacts(spec, undefined));
    errors.push(...generatorProblems(spec.generate, facts), ...keyProblems(spec));
    errors.push(...authorityProblems(spec));
  }
  if (errors.length > 0) throw invalid(errors);
  return spec;
}

function generatedKeyOf(
  input: GeneratedKeyInput,
  index: number,
  errors: FieldError[],
): GeneratedKey | undefined {
  const [kind, ...more] = GENERATORS.filter((name) => input[name] !== undefined);
  if (kind === undefined || more.length > 0) {
    const reason = `expected exactly one of ${GENERATORS.join(', ')}`;
    errors.push({ pointer: `/generate/${index}`, reason });
    return undefined;
  }
  const { key } = input;
  const { keyPair, sshKeyPair, certificate } = input;
  const single = singleValueGenerator(input);
  if (single !== undefined) return { key, generator: single };
  if (keyPair !== undefined) {
    const { algorithm, publicKey } = keyPair;
    return { key, generator: { kind: 'keyPair', keyPair: { algorithm, publicKey } } };
  }
  if (sshKeyPair !== undefined) {
    const { algorithm, publicKey, comment } = sshKeyPair;
    const rules = { algorithm, publicKey, comment };
    return { key, generator: { kind: 'sshKeyPair', sshKeyPair: rules } };
  }
  if (certificate !== undefined) {
    const { lifetime: lifetimeMs, caKey, ca, ...rest } = certificate;
    const rules = { ...rest, lifetimeMs, caKey, ca };
    return { key, generator: { kind: 'certificate', certificate: rules } };
  }
  return { key, generator: plainGeneratorOf(input) };
}

function plainGeneratorOf({ jwks, template = '' }: GeneratedKeyInput) {
  if (jwks !== undefined) return { kind: 'jwks', jwks } as const;
  return { kind: 'template', template } as const;
}

function targetOf(input: TargetInput, errors: FieldError[]): TargetSpec {
  const names = ['none', ...SERVERS, 'webhook'] as const;
  const given = names.filter((name) => input[name] !== undefined);
  if (given.length !== 1) {
    errors.push({ pointer: '/target', reason: `expected exactly one of ${names.join(', ')}` });
    return { kind: 'none' };
  }
  const { postgresql, mysql, mongodb, redis, webhook } = input;
  if (postgresql !== undefined) {
    const { database } = postgresql;
    return { kind: 'postgresql', server: serverOf('postgresql', postgresql, errors), database };
  }
  if (mysql !== undefined) {
    const { userHost } = mysql;
    return { kind: 'mysql', server: serverOf('mysql', mysql, errors), userHost };
  }
  if (mongodb !== undefined) {
    const { authDatabase } = mongodb;
    return { kind: 'mongodb', server: serverOf('mongodb', mongodb, errors), authDatabase };
  }
  if (redis !== undefined) return { kind: 'redis', server: serverOf('redis', redis, errors) };
  if (webhook === undefined) return { kind: 'none' };
  if (!isPlainHttpsUrl(webhook.url)) {
    const reason = 'expected an https URL without credentials and fragment';
    errors.push({ pointer: '/target/webhook/url', reason });
  }
  const { timeout: timeoutMs, url, tls, signingSecret } = webhook;
  return { kind: 'webhook', webhook: { url, tls: tlsOf(tls), signingSecret, timeoutMs } };
}

type ServerInput = NonNullable<TargetInput['redis']>;

function serverOf(
  kind: (typeof SERVERS)[number],
  input: ServerInput,
  errors: FieldError[],
): ServerTargetSpec {
  const { username, usernames } = input;
  const pointer = `/target/${kind}`;
  if ((username === undefined) === (usernames === undefined)) {
    errors.push({ pointer, reason: 'expected exactly one of username, usernames' });
  }
  if (usernames !== undefined && usernames[0] === usernames[1]) {
    errors.push({ pointer: `${pointer}/usernames`, reason: 'expected two different users' });
  }
  const { name, usernameKey, passwordKey } = input.adminSecret;
  return {
    host: input.host,
    port: input.port,
    tls: tlsOf(input.tls),
    adminSecret: { name, username: input.adminSecret.username, usernameKey, passwordKey },
    usernames: usernames ?? [username ?? ''],
    usernameKey: input.usernameKey,
    passwordKey: input.passwordKey,
    allowPrivileged: input.allowPrivileged,
  };
}

function tlsOf({ mode, caSecret, serverName }: ServerInput['tls']) {
  return { mode, caSecret, serverName };
}

/** Returns the strategy. One password per user means a gap, which must be chosen by name. */
function strategyOf(input: SpecInput, target: TargetSpec, errors: FieldError[]): Strategy {
  if (target.kind === 'none' || target.kind === 'webhook') return outsideStrategy(input, errors);
  const hasTwo = target.server.usernames.length === 2;
  const known: readonly Strategy[] = STRATEGIES[target.kind];
  const strategy = input.strategy ?? STRATEGIES[target.kind][0];
  const pointer = '/strategy';
  if (!known.includes(strategy)) {
    errors.push({ pointer, reason: `${target.kind} knows ${known.join(' and ')} alone` });
  } else if (strategy === 'alternatingUsers' && !hasTwo) {
    const reason =
      'alternatingUsers needs two usernames; singleUser, which has a gap, is chosen by name';
    errors.push({ pointer, reason });
  } else if (strategy !== 'alternatingUsers' && hasTwo) {
    errors.push({ pointer, reason: `${strategy} takes one username` });
  }
  return strategy;
}

function outsideStrategy({ strategy }: SpecInput, errors: FieldError[]): Strategy {
  if (strategy === 'alternatingUsers') {
    errors.push({ pointer: '/strategy', reason: 'alternatingUsers needs a server with users' });
  }
  return strategy ?? 'dual';
}

function scheduleOf(input: SpecInput['schedule'], errors: FieldError[]): Schedule | undefined {
  if (input === undefined) return undefined;
  const { cron, timeZone = 'UTC', every, window: windowMs, jitter: jitterMs } = input;
  if (every !== undefined && cron === undefined && input.timeZone === undefined) {
    return { when: { everyMs: every }, windowMs, jitterMs };
  }
  if (cron === undefined || every !== undefined) {
    const reason = 'expected exactly one of cron (with timeZone) and every';
    errors.push({ pointer: '/schedule', reason });
    return undefined;
  }
  const problem = cronProblem(cron, timeZone);
  if (problem !== undefined) {
    errors.push({ pointer: `/schedule/${problem.member}`, reason: problem.reason });
  }
  return { when: { cron, timeZone }, windowMs, jitterMs };
}

/** Checks that the target and the generators agree on the Secret's keys. */
function keyProblems({ secretName, target, ...spec }: RotationSpec): readonly FieldError[] {
  if (target.kind === 'none' || target.kind === 'webhook') return [];
  const { generate, strategy } = spec;
  const { passwordKey, usernameKey } = target.server;
  const written = generatedKeyNames(generate);
  const errors: FieldError[] = [];
  if (!canBePassword(generate.find(({ key }) => key === passwordKey)?.generator)) {
    const reason = 'is no key that generate makes a password, bytes as text or a uuid for';
    errors.push({ pointer: '/passwordKey', reason });
  }
  if (usernameKey !== undefined && written.includes(usernameKey)) {
    errors.push({ pointer: '/usernameKey', reason: 'is generated: it holds the user' });
  }
  if (strategy === 'alternatingUsers' && usernameKey === undefined) {
    const reason = 'alternatingUsers needs the key that says which user it is';
    errors.push({ pointer: '/usernameKey', reason });
  }
  errors.push(...ownAdminProblems(secretName, target.server, { strategy, written }));
  return errors.map(({ pointer, reason }) => {
    return { pointer: `/target/${target.kind}${pointer}`, reason };
  });
}

/** Reports whether a generator makes text: servers take text, and log in its owner. */
function canBePassword(generator: Generator | undefined): boolean {
  if (generator?.kind === 'bytes') return generator.bytes.encoding !== 'raw';
  return generator?.kind === 'password' || generator?.kind === 'uuid';
}

function isPlainHttpsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const hasCredentials = url.username !== '' || url.password !== '';
  return url.protocol === 'https:' && !hasCredentials && url.hash === '';
}

/** Limits CAs: admission checks for each whether the author may read it, up to this number. */
function authorityProblems({ generate, secretName }: RotationSpec): readonly FieldError[] {
  const signed = generate.flatMap(({ generator }, index) =>
    generator.kind === 'certificate' && generator.certificate.ca !== undefined
      ? [{ index, name: generator.certificate.ca.secretName }]
      : [],
  );
  const max = rotationLimits.signedCertificatesMax;
  return [
    ...signed.slice(max).map(({ index }) => ({
      pointer: `/generate/${index}/certificate/ca`,
      reason: `at most ${max} certificates are signed by CAs of other Secrets`,
    })),
    ...signed
      .filter(({ name }) => name === secretName)
      .map(({ index }) => ({
        pointer: `/generate/${index}/certificate/ca/secretName`,
        reason: 'is the Secret that is rotated',
      })),
  ];
}
