import { beforeEach, describe, expect, it } from 'vitest';
import type { CallRunner } from '../../../src/calls/call-runner.service.js';
import { CallOutcome, CallTrace } from '../../../src/calls/domain/call-trace.js';
import { ClientClosed } from '../../../src/core/errors/client-closed.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import type * as dependencies from '../../../src/environments/environment.dependencies.js';
import { EnvironmentDefinitions } from '../../../src/environments/environment-definitions.js';
import {
  type EnvironmentReadOptions,
  EnvironmentReads,
} from '../../../src/environments/environment-reads.js';
import type { SecretValues, ValuesOptions } from '../../../src/secrets/read/secret-values.js';
import { callContext } from '../audit/audit-builders.js';

const imported = { import: { name: 'shared', key: 'token' } };
const PATH = { namespace: 'shop', name: 'app' };

let specs: Readonly<Record<string, object>>;
/** Definitions that the cluster was asked for. */
let loads: string[];
/** Requests that were counted, before how many loads. */
let charges: readonly [requests: number, loads: number][];
/** Versions of the Secret and of the import; `onRead` runs after each read of a key. */
let versions: { secret: string; imported: string };
let onRead: () => void;
let refuseImports: Error | undefined;

beforeEach(() => {
  specs = {
    app: { values: { OWN: { secret: { name: 'db', key: 'password' } }, TOKEN: imported } },
  };
  loads = [];
  charges = [];
  versions = { secret: 'one', imported: 'one' };
  onRead = () => undefined;
  refuseImports = undefined;
});

/** Returns a read of a key in its version, unless the caller has it. */
function readOf(version: string, { ifNoneMatch }: ValuesOptions) {
  const etag = `"${version}"`;
  const isKnown = ifNoneMatch !== undefined && ifNoneMatch.includes(etag);
  onRead();
  return { etag, content: isKnown ? undefined : SecretValue.fromBytes(Buffer.from(version)) };
}

const values = {
  read: async (...[, { entries }, options]: Parameters<SecretValues['read']>) => {
    const { etag, content } = readOf(versions.secret, options);
    const shown = entries.map(({ name, key = '' }) => ({
      name,
      data: new Map(content && [[key, content]]),
    }));
    return { etag, content: content && shown };
  },
};

const reads = {
  key: async (...args: [unknown, unknown, unknown, ValuesOptions]) => {
    if (refuseImports !== undefined) throw refuseImports;
    return readOf(versions.imported, args[3]);
  },
};

const calls = {
  read: async (_ctx: unknown, _facts: unknown, effect: (trace: CallTrace) => Promise<unknown>) => {
    const outcome = await effect(new CallTrace());
    return outcome instanceof CallOutcome ? (outcome.value as unknown) : outcome;
  },
} as unknown as CallRunner;

const environments = {
  get: async (_call: unknown, { name }: { readonly name: string }) => {
    loads.push(name);
    const spec = specs[name];
    if (spec === undefined) throw new SallyportError('NotFound', 'there is none');
    return { uid: name, resourceVersion: '1', generation: 1, name, spec };
  },
};

function reader() {
  const parts = {
    calls,
    environments,
    served: { requireReachable: () => undefined },
    secrets: { values },
    shares: { reads },
  } as unknown as dependencies.EnvironmentDependencies; // a read uses only these
  const charge = (requests: number): void => {
    charges = [...charges, [requests, loads.length]];
  };
  const definitions = new EnvironmentDefinitions(parts);
  return { reads: new EnvironmentReads(parts, definitions), ctx: callContext({ charge }) };
}

async function read(options: EnvironmentReadOptions = {}) {
  const { reads, ctx } = reader();
  return reads.values(ctx, PATH, options, (entries) =>
    Object.fromEntries([...(entries[0]?.data ?? [])].map(([key, one]) => [key, one.revealText()])),
  );
}

/** Problems of a definition that imports another, whose load fails. */
async function problemsAfter(failure: Error) {
  const faults: unknown[] = [];
  const parts = {
    environments: { get: () => Promise.reject(failure) },
    logger: { fault: (error: unknown) => faults.push(error) },
  } as unknown as dependencies.EnvironmentDependencies; // problems use only these
  const call = { ctx: callContext({}), trace: new CallTrace() };
  const spec = { imports: ['base'], values: {} };
  const problems = await new EnvironmentDefinitions(parts).problems(call, PATH, spec);
  return { problems, faults };
}

describe('the problems of a definition, which may be stored already', () => {
  const unknown = [{ pointer: '/imports', reason: 'cannot be checked now' }];

  it('say that they are not known, if the cluster does not answer', async () => {
    const failure = new SallyportError('Unavailable', 'the cluster does not answer');
    expect(await problemsAfter(failure)).toEqual({ problems: unknown, faults: [] });
  });

  it('say so and no more for a fault, which is logged', async () => {
    const failure = new TypeError('of a word that nobody may see');
    expect(await problemsAfter(failure)).toEqual({ problems: unknown, faults: [failure] });
  });

  it('do not include what the caller may not see', async () => {
    const failure = new SallyportError('Forbidden', 'no right');
    expect(await problemsAfter(failure)).toEqual({ problems: [], faults: [] });
  });
});

describe('a read of one value', () => {
  const read = (name: string) => {
    const { reads, ctx } = reader();
    return reads.value(ctx, PATH, name, {});
  };

  it('loads no import if the definition has all that the value is made of', async () => {
    specs = {
      app: {
        imports: ['base', 'secretimports/missing'],
        values: { A: { value: 'x' }, B: { template: '{{ A }}y' }, C: { template: '{{ D }}' } },
      },
      base: { values: { D: { value: 'z' } } },
    };
    expect((await read('B')).content?.revealText()).toBe('xy');
    expect(loads).toEqual(['app']);
    await expect(read('C')).rejects.toBeDefined();
    expect(loads).toEqual(['app', 'app', 'base']);
  });

  it('gives no name to the departure of a client, which is no fault', async () => {
    refuseImports = new ClientClosed();
    await expect(read('TOKEN')).rejects.toBe(refuseImports);
  });

  it('names the value whose import is refused', async () => {
    refuseImports = new SallyportError('NotFound', 'nothing is granted');
    await expect(read('TOKEN')).rejects.toMatchObject({
      code: 'NotFound',
      errors: [{ pointer: '/values/TOKEN', reason: 'nothing is granted' }],
    });
  });
});

describe('the cost of a read', () => {
  it('counts each import before its load, also if the read then fails', async () => {
    specs = { app: { imports: ['base', 'missing'] }, base: {} };
    await expect(read()).rejects.toMatchObject({ code: 'NotFound' });
    expect(charges).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(loads).toEqual(['app', 'base', 'missing']);
  });

  it('counts each key', async () => {
    await read();
    expect(charges).toEqual([[2, 1]]);
  });
});

describe('the validator of a read', () => {
  it('is that of the values which are returned, if they changed between two reads', async () => {
    const { etag: former } = await read();
    versions.secret = 'two';
    // After the first look, which leaves out the import that the caller has.
    let left = 2;
    onRead = () => {
      if ((left -= 1) === 0) versions.imported = 'three';
    };
    const changed = await read({ ifNoneMatch: [former] });
    expect(changed.content).toEqual({ OWN: 'two', TOKEN: 'three' });
    onRead = () => undefined;
    expect(changed.etag).toBe((await read()).etag);
    expect((await read({ ifNoneMatch: [changed.etag] })).content).toBeUndefined();
  });

  it('is compared with If-Match again after a second read', async () => {
    const { etag: former } = await read();
    versions.secret = 'two';
    const { etag: current } = await read();
    let left = 2;
    onRead = () => {
      if ((left -= 1) === 0) versions.imported = 'three';
    };
    const options = { ifNoneMatch: [former], ifMatch: [current] };
    await expect(read(options)).rejects.toMatchObject({ code: 'Conflict', status: 412 });
  });
});
