import type { JsonObject, KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import {
  nameOf,
  objectAt,
  objectsAt,
  sizeAt,
  textAt,
  valueAt,
} from '@sallyport/kube-sandbox/admission';
import { broken, isBlocked, type Rule, unchecked } from './definition-rules.js';

const generators = [
  'password',
  'bytes',
  'uuid',
  'keyPair',
  'sshKeyPair',
  'certificate',
  'jwks',
  'template',
];
const servers = ['postgresql', 'mysql', 'mongodb', 'redis'];
const targets = ['none', ...servers, 'webhook'];
const certificatesOfSecretsMax = 4;

/**
 * Applies the CEL rules in `deploy/crds/secretrotations.yaml`, in the words of that file.
 * `schemaCauses`: causes that the schema has found.
 */
export function rotationCauses(
  rotation: KubeObject,
  schemaCauses: readonly StatusCause[],
): readonly StatusCause[] {
  if (isBlocked(schemaCauses)) return [unchecked];
  const spec = objectAt(rotation, 'spec') ?? {};
  return [
    ...broken('<nil>', nameRule(rotation)),
    ...broken('spec', strategyRule(spec), certificateRule(spec)),
    ...objectsAt(spec, 'generate').flatMap(generatorCauses),
    ...targetCauses(objectAt(spec, 'target') ?? {}),
    ...scheduleCauses(objectAt(spec, 'schedule')),
    ...consumersCauses(objectAt(spec, 'consumers')),
  ];
}

function nameRule(rotation: KubeObject): Rule {
  return {
    holds: nameOf(rotation) === textAt(rotation, 'spec', 'secretName'),
    message: 'metadata.name must be spec.secretName, so that a Secret has one rotation',
  };
}

function strategyRule(spec: JsonObject): Rule {
  const hasTwo = servers.some((kind) => valueAt(spec, 'target', kind, 'usernames') !== undefined);
  return {
    holds: textAt(spec, 'strategy') !== 'alternatingUsers' || hasTwo,
    message: 'strategy alternatingUsers needs a target with usernames',
  };
}

function certificateRule(spec: JsonObject): Rule {
  const signed = objectsAt(spec, 'generate').filter((it) => objectAt(it, 'certificate', 'ca'));
  return {
    holds: signed.length <= certificatesOfSecretsMax,
    message: 'at most 4 certificates may be signed by the CA of a Secret',
  };
}

function generatorCauses(generated: JsonObject, index: number): readonly StatusCause[] {
  const field = `spec.generate[${index}]`;
  return [
    ...broken(field, exactlyOne(generated, generators)),
    ...['keyPair', 'sshKeyPair', 'certificate'].flatMap((kind) =>
      algorithmCauses(objectAt(generated, kind, 'algorithm'), `${field}.${kind}.algorithm`),
    ),
  ];
}

function algorithmCauses(algorithm: JsonObject | undefined, field: string): readonly StatusCause[] {
  if (algorithm === undefined) return [];
  const { name, curve, bits } = algorithm;
  return broken(
    field,
    { holds: curve === undefined || name === 'ECDSA', message: 'curve belongs to ECDSA alone' },
    { holds: bits === undefined || name === 'RSA', message: 'bits belongs to RSA alone' },
  );
}

function targetCauses(target: JsonObject): readonly StatusCause[] {
  return [
    ...broken('spec.target', exactlyOne(target, targets)),
    ...servers.flatMap((kind) => serverCauses(objectAt(target, kind), `spec.target.${kind}`)),
  ];
}

function serverCauses(server: JsonObject | undefined, field: string): readonly StatusCause[] {
  if (server === undefined) return [];
  const usernames = valueAt(server, 'usernames');
  const [first, second] = Array.isArray(usernames) ? usernames : [];
  return [
    ...broken(field, exactlyOne(server, ['username', 'usernames'])),
    ...broken(`${field}.usernames`, {
      holds: sizeAt(server, 'usernames') !== 2 || first !== second,
      message: 'the two users must differ',
    }),
  ];
}

function scheduleCauses(schedule: JsonObject | undefined): readonly StatusCause[] {
  if (schedule === undefined) return [];
  return broken('spec.schedule', exactlyOne(schedule, ['cron', 'every']), {
    holds: schedule['timeZone'] === undefined || schedule['cron'] !== undefined,
    message: 'timeZone belongs to cron alone',
  });
}

function consumersCauses(consumers: JsonObject | undefined): readonly StatusCause[] {
  if (consumers === undefined) return [];
  return broken('spec.consumers', {
    holds: consumers['workloads'] === undefined || consumers['restart'] === undefined,
    message: 'workloads and restart exclude each other',
  });
}

function exactlyOne(object: JsonObject, names: readonly string[]): Rule {
  return {
    holds: names.filter((name) => object[name] !== undefined).length === 1,
    message: `exactly one of ${names.join(', ')} must be there`,
  };
}
