import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { version } from '../../../../src/core/version.js';

/**
 * The rules of krew's own check, and those of its index for descriptions.
 * https://github.com/kubernetes-sigs/krew/blob/master/internal/index/validation/validate.go
 */
const manifestSchema = z.strictObject({
  apiVersion: z.literal('krew.googlecontainertools.github.com/v1alpha2'),
  kind: z.literal('Plugin'),
  metadata: z.strictObject({ name: z.string().regex(/^[\w-]+$/) }),
  spec: z.strictObject({
    version: z.string().regex(/^v\d+\.\d+\.\d+$/),
    homepage: z.url({ protocol: /^https$/ }),
    shortDescription: z
      .string()
      .min(1)
      .max(50)
      .regex(/^.*[^.]$/),
    description: z.string().min(1),
    caveats: z.string().min(1),
    platforms: z
      .array(
        z.strictObject({
          selector: z.strictObject({
            matchLabels: z.strictObject({
              os: z.enum(['linux', 'darwin', 'windows']),
              arch: z.enum(['amd64', 'arm64']),
            }),
          }),
          uri: z.url({ protocol: /^https$/ }).regex(/\.(tar\.gz|zip)$/),
          sha256: z.string().regex(/^[a-f0-9]{64}$/),
          bin: z.string().regex(/^[\w-]+$/),
        }),
      )
      .min(1),
  }),
});

const manifest = manifestSchema.parse(parse(readFileSync('deploy/krew/sallyport.yaml', 'utf8')));

describe('the manifest for krew', () => {
  it('is of the plugin that kubectl starts by this name', () => {
    const { bin } = z
      .object({ bin: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(bin[`kubectl-${manifest.metadata.name}`]).toBe(bin['sallyport']);
  });

  it('is of this version, also in its addresses', () => {
    expect(manifest.spec.version).toBe(`v${version}`);
    for (const { uri } of manifest.spec.platforms) expect(uri).toContain(`v${version}`);
  });

  it('has one archive for each platform', () => {
    const platforms = manifest.spec.platforms.map(({ selector }) => {
      return `${selector.matchLabels.os}/${selector.matchLabels.arch}`;
    });
    expect(platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });
});
