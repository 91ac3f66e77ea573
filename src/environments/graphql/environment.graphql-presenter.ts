import { objectId } from '../../platform/graphql/object-id.js';
import {
  type EnvironmentSpec,
  environmentSpecSchema,
  type ValueSource,
} from '../domain/environment-spec.js';
import type { EnvironmentView } from '../domain/environment-view.js';
import type {
  EnvironmentKey,
  EnvironmentSource,
  SecretEnvironment,
  SecretEnvironmentSummary,
} from './environment.objects.js';

export function presentEnvironment(namespace: string, view: EnvironmentView): SecretEnvironment {
  const { etag } = view;
  return { id: environmentId(namespace, view.name), ...membersOf(namespace, view), etag };
}

/** Presents an environment after a write; the plan of a dry run has another id, and no tag. */
export function presentWrittenEnvironment(
  namespace: string,
  view: EnvironmentView,
  { isPlan = false } = {},
): SecretEnvironmentSummary {
  const names = [namespace, view.name, ...(isPlan ? ['dryRun'] : [])];
  const id = objectId('SecretEnvironmentSummary', ...names);
  return { id, ...membersOf(namespace, view), etag: isPlan ? null : view.etag };
}

export function environmentId(namespace: string, name: string): string {
  return objectId('SecretEnvironment', namespace, name);
}

function membersOf(namespace: string, { name, spec, problems }: EnvironmentView) {
  const { data } = environmentSpecSchema.safeParse(spec);
  const { description = null, imports = [] } = data ?? {};
  return { namespace, name, description, imports, sources: sourcesOf(data), problems };
}

function sourcesOf(spec: EnvironmentSpec | undefined): readonly EnvironmentSource[] {
  const byName = Object.entries(spec?.values ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byName.map(([name, source]) => ({
    name,
    value: source.value ?? null,
    secret: keyOf(source.secret),
    imported: keyOf(source.import),
    template: source.template ?? null,
  }));
}

function keyOf(source: ValueSource['secret']): EnvironmentKey | null {
  if (source === undefined) return null;
  const { name, key, pointer = null } = source;
  return { name, key, pointer };
}
