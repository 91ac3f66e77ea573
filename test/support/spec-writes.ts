import { AuditService } from '../../src/audit/audit.service.js';
import { type Callers, type Case, type Door, doors } from './door.js';
import { partOf } from './part-of.js';
import type { TestInstallation } from './gateway.js';

/** A write of the spec of a custom resource, in the words of both transports. */
export interface SpecWrite {
  readonly as: string;
  readonly verb: 'put' | 'delete';
  readonly name: string;
  /** As REST takes it. */
  readonly spec?: object;
  readonly dryRun?: boolean;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** How the transports write objects of a kind. */
export interface SpecTransport {
  readonly kind: 'SecretSchema' | 'LocalSecretSchema' | 'SecretEnvironment';
  readonly collection: string;
  readonly namespace?: string;
  /** Fields of the payload of a put. */
  readonly selection: string;
  readonly toGraphql: (spec: object) => object;
}

/** What a transport says of a write, and the trail. */
export interface SpecOutcome {
  readonly code: string | undefined;
  readonly detail: unknown;
  readonly errors: unknown;
  readonly data: unknown;
  readonly events: readonly object[];
}

/** Sends a write by one transport. */
export async function writeBy(
  door: Door,
  world: { readonly callers: Callers; readonly installation: TestInstallation },
  to: SpecTransport,
  write: SpecWrite,
): Promise<SpecOutcome> {
  const outcome = await door.call(world.callers, caseOf(to, write));
  const problem = (outcome.ok ? {} : outcome.data) as { detail?: string; errors?: object[] };
  return {
    code: outcome.code,
    detail: problem.detail,
    errors: problem.errors ?? [],
    data: outcome.ok ? outcome.data : undefined,
    events: await eventsOf(world.installation, outcome.auditId),
  };
}

/** Sends a write by each transport, REST first. */
export async function writeByAll(
  ...[world, to, write]: Parameters<typeof writeBy> extends [unknown, ...infer Rest] ? Rest : never
): Promise<readonly SpecOutcome[]> {
  const outcomes: SpecOutcome[] = [];
  for (const door of doors) outcomes.push(await writeBy(door, world, to, write));
  return outcomes;
}

/** Returns the facts of the events about a call: what was done to what, and how it ended. */
export async function eventsOf({ gateway }: TestInstallation, id: string) {
  const { items } = await partOf(gateway, AuditService).list({});
  const parts = items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
  const ids = new Set([id, ...parts.map(({ auditId }) => auditId)]);
  return items
    .filter(({ auditId, parentId }) => auditId === id || ids.has(parentId ?? ''))
    .map(({ action, outcome, code, namespace, secret, keys, pointers, user }) => {
      return { action, outcome, code, namespace, secret, keys, pointers, user };
    });
}

function caseOf(to: SpecTransport, write: SpecWrite): Case {
  const { as, name, verb, spec, dryRun = false, ifMatch, ifNoneMatch } = write;
  const type = `${verb === 'put' ? 'Put' : 'Delete'}${to.kind}Input!`;
  const field = `${verb}${to.kind}`;
  const selection = verb === 'put' ? to.selection : 'deletedId';
  const { namespace } = to;
  return {
    name,
    as,
    rest: {
      method: verb === 'put' ? 'PUT' : 'DELETE',
      path: `${to.collection}/${name}${dryRun ? '?dryRun=All' : ''}`,
      ...(spec && { body: spec }),
      headers: {
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
      },
    },
    graphql: {
      query: `mutation($input: ${type}) { ${field}(input: $input) { ${selection} } }`,
      variables: {
        input: {
          ...{ name, dryRun, ifMatch, ifNoneMatch, namespace },
          ...(spec && { spec: to.toGraphql(spec) }),
        },
      },
      field,
    },
    expect: { event: {} },
  };
}
