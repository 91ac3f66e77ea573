import { expect, it } from 'vitest';
import { GRAPHQL } from '../../support/door.js';
import type { Answer } from '../../support/raw-http.js';
import {
  type SpecOutcome,
  type SpecTransport,
  type SpecWrite,
  writeBy,
} from '../../support/spec-writes.js';

/** How a test writes schemas of a kind, and reads them over REST. */
export interface SchemaWrites {
  readonly by: () => Parameters<typeof writeBy>[1];
  readonly transport: SpecTransport;
  readonly spec: object;
  readonly put: (name: string, change?: Partial<SpecWrite>) => SpecWrite;
  readonly remove: (name: string, change?: Partial<SpecWrite>) => SpecWrite;
  readonly read: (name: string) => Promise<Answer>;
}

/** Declares the cases of conditions and dry runs that all kinds of schemas share. */
export function itKeepsStates({ by, transport, spec, put, remove, read }: SchemaWrites): void {
  const write = (one: SpecWrite) => writeBy(GRAPHQL, by(), transport, one);

  it('is replaced only in the state that was seen, and deleted under its id', async () => {
    const made = await write(put('seen', { ifNoneMatch: '*' }));
    const { schema } = made.data as { schema: { id: string; etag: string } };
    const next = put('seen', { spec: { ...spec, mode: 'warn' }, ifMatch: schema.etag });
    expect((await write(next)).data).toMatchObject({
      created: false,
      schema: { id: schema.id, mode: 'WARN' },
    });
    const late = remove('seen', { ifMatch: schema.etag });
    expect((await write(late)).code).toBe('Conflict');
    expect((await write(remove('seen'))).data).toEqual({ deletedId: schema.id });
    expect((await read('seen')).status).toBe(404);
  });

  it('is only checked by a dry run, under another id', async () => {
    const tried = await write(put('tried', { dryRun: true }));
    expect(tried.data).toMatchObject({ created: true, schema: { etag: null } });
    expect((await read('tried')).status).toBe(404);
    const stored = await write(put('tried'));
    const idOf = ({ data }: SpecOutcome) => (data as { schema: { id: string } }).schema.id;
    expect(idOf(tried)).not.toBe(idOf(stored));
    const planned = remove('tried', { dryRun: true });
    expect((await write(planned)).data).toEqual({ deletedId: null });
    expect((await read('tried')).status).toBe(200);
  });
}
