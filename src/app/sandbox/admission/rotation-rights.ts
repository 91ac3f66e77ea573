import type {
  AdmissionDenial,
  JsonObject,
  KubeObject,
  StrategyContext,
} from '@sallyport/kube-sandbox/admission';
import { objectAt, objectsAt, textAt } from '@sallyport/kube-sandbox/admission';
import { isSpecChanged } from './spec-author.js';

/** Name of the policy and of its binding. */
const POLICY = 'sallyport-rotation-rights';
const servers = ['postgresql', 'mysql', 'mongodb', 'redis'];
const workloadResources = ['deployments', 'statefulsets', 'daemonsets'];
/** Number of objects that one expression of the policy checks. */
const pairSize = 2;

/** Rights that one denial names together. */
interface Need {
  readonly verb: 'get' | 'update' | 'patch';
  readonly objects: readonly Needed[];
  readonly why: string;
}

interface Needed {
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly inWords: string;
}

/**
 * Acts as the ValidatingAdmissionPolicy in `deploy/rbac/policies/rights`, even if that is not
 * stored: denies a changed spec if its author lacks a right that the rotation uses.
 */
export function denyWithoutRights(
  rotation: KubeObject,
  old: KubeObject | undefined,
  { isAllowed }: Pick<StrategyContext, 'isAllowed'>,
): AdmissionDenial | undefined {
  if (!isSpecChanged(rotation, old)) return undefined;
  const { namespace = '' } = rotation.metadata;
  const missing = needsOf(objectAt(rotation, 'spec') ?? {}).find(({ verb, objects }) =>
    objects.some(({ group, resource, name }) => {
      return !isAllowed({ verb, group, resource, namespace, name });
    }),
  );
  return missing && denied(missing);
}

/** Returns the needs in the order of the policy, which reports the first missing need. */
function needsOf(spec: JsonObject): readonly Need[] {
  const target = objectAt(spec, 'target') ?? {};
  const named = (...path: readonly string[]) => textsThere(target, path);
  const rotated = textsThere(spec, ['secretName']);
  const shown = objectAt(target, 'none') === undefined ? rotated : [];
  const admins = servers.flatMap((kind) => named(kind, 'adminSecret', 'name'));
  const trusted = [...servers, 'webhook'].flatMap((kind) => named(kind, 'tls', 'caSecret', 'name'));
  const signing = named('webhook', 'signingSecret', 'name');
  const authorities = objectsAt(spec, 'generate').flatMap((it) =>
    textsThere(it, ['certificate', 'ca', 'secretName']),
  );
  return [
    { verb: 'update', objects: secrets(rotated), why: '' },
    { verb: 'get', objects: secrets(shown), why: ', whose values its target is shown' },
    { verb: 'get', objects: secrets(admins), why: ', whose credential it uses' },
    { verb: 'get', objects: secrets(trusted), why: ', whose CA it trusts' },
    { verb: 'get', objects: secrets(signing), why: ', whose key signs its requests' },
    ...pairs(authorities).map((pair): Need => {
      return { verb: 'get', objects: secrets(pair), why: ', whose CA signs' };
    }),
    ...workloadNeeds(objectAt(spec, 'consumers') ?? {}),
  ];
}

function workloadNeeds(consumers: JsonObject): readonly Need[] {
  const why = ', which it restarts';
  const workloads = objectsAt(consumers, 'workloads');
  if (workloads.length > 0) {
    return pairs(workloads).map((pair) => ({ verb: 'patch', objects: pair.map(workload), why }));
  }
  if (textAt(consumers, 'restart') !== 'auto') return [];
  return workloadResources.map((resource) => {
    const all = { group: 'apps', resource, name: '', inWords: `all ${resource}` };
    return { verb: 'patch', objects: [all], why };
  });
}

function workload(reference: JsonObject): Needed {
  const kind = textAt(reference, 'kind');
  const name = textAt(reference, 'name');
  const resource = `${kind.toLowerCase()}s`;
  return { group: 'apps', resource, name, inWords: `${kind} "${name}"` };
}

function secrets(names: readonly string[]): readonly Needed[] {
  return names.map((name) => ({ group: '', resource: 'secrets', name, inWords: `"${name}"` }));
}

function textsThere(object: JsonObject, path: readonly string[]): readonly string[] {
  const text = textAt(object, ...path);
  return text === '' ? [] : [text];
}

function pairs<T>(list: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / pairSize);
  return Array.from({ length: count }, (_, index) =>
    list.slice(index * pairSize, (index + 1) * pairSize),
  );
}

function denied({ verb, objects, why }: Need): AdmissionDenial {
  const kind = verb === 'patch' ? '' : 'Secret ';
  const what = objects.map(({ inWords }) => inWords).join(' and ');
  const message = `who writes this rotation needs the right to ${verb} ${kind}${what}${why}`;
  return { policy: POLICY, message };
}
