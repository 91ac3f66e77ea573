import { beforeEach, describe, expect, it } from 'vitest';
import { importRight } from '../../../../src/access/domain/secret-rights.js';
import { CallTrace } from '../../../../src/calls/domain/call-trace.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import type { RecordedAuthor } from '../../../../src/custom-resources/domain/author.js';
import {
  importKind,
  type ParsedImport,
  parseImport,
} from '../../../../src/shares/domain/import-spec.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { SpecWrites } from '../../../../src/custom-resources/domain/spec-writes.js';
import { anImport, NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';

let object: CustomResource;
let recorded: RecordedAuthor | undefined;
let writes: SpecWrites<ParsedImport>;

beforeEach(() => {
  ({ object } = anImport());
  recorded = undefined;
  const parts = {
    served: { requireReachable: () => undefined, requireServed: () => undefined },
    access: { tracedBy: () => ({ require: async () => ({ reason: '' }) }) },
    namespaces: { known: () => ({ uid: NAMESPACE_UID }) },
    records: {
      get: async () => recorded,
      saveAuthor: async (_: unknown, author: RecordedAuthor) => void (recorded = author),
    },
  } as unknown as ShareDependencies; // a PUT uses only these
  const objects = {
    get: async () => object,
    replace: async (_call: unknown, before: CustomResource, spec: CustomResource['spec']) =>
      (object = { ...before, spec }),
  };
  writes = new SpecWrites<ParsedImport>(parts, {
    ...{ kind: importKind, parse: parseImport, registry: new ImportRegistry() },
    actions: { get: 'imports.get', update: 'imports.update' },
    feed: { knowsAll: () => true },
    objects: objects as never,
    keepsRecord: () => false,
    rightOf: importRight,
  });
});

function put(username: string, spec: object = {}) {
  const principal = { username, uid: '', groups: [], extra: {} };
  const ref = { namespace: object.namespace, name: object.name };
  const call = { ctx: { principal } as unknown as CallContext, trace: new CallTrace(), ref };
  return writes.put(call, { ...anImport().object.spec, ...spec }, { dryRun: false });
}

describe('the author of a spec', () => {
  it('is who wrote it first, also if another user writes the same spec', async () => {
    await put('alice');
    await put('bob');
    expect(recorded?.author?.username).toBe('alice');
  });

  it('is who changed it last, if only by adopt', async () => {
    await put('alice');
    await put('bob', { adopt: 'bob' });
    expect(recorded?.author?.username).toBe('bob');
  });
});
