import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rotationSettings } from '../../src/platform/config/rotation-settings.js';
import { parseSpec } from '../../src/rotation/domain/parse-spec.js';
import { projectDir } from './reader-world.js';

const page = readFileSync(join(projectDir, 'docs/rotate-a-database-password.md'), 'utf8');
const fences = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

interface Manifest {
  readonly kind?: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>> & { readonly secretName: string };
}

const manifests = fences.map((text) => parse(text) as Manifest);

describe('docs/rotate-a-database-password.md', () => {
  it('shows rotations for PostgreSQL, Redis, MongoDB and a webhook', () => {
    expect(fences).toHaveLength(5);
  });

  it.each(manifests.filter(({ kind }) => kind !== undefined))(
    'shows a rotation of $metadata.name that is taken',
    ({ metadata, spec: { secretName, ...body } }) => {
      expect(metadata.name).toBe(secretName);
      expect(parseSpec(secretName, body).secretName).toBe(secretName);
    },
  );

  it('shows settings that are taken', () => {
    const settings = manifests.find(({ kind }) => kind === undefined) as unknown as {
      readonly rotation: object;
    };
    expect(rotationSettings.parse(settings.rotation).egress.allow).toHaveLength(2);
  });
});
