import { describe, expect, it } from 'vitest';
import {
  type PodContainer,
  type PodSpec,
  type PodVolume,
  referencesOf,
} from '../../../../src/consumers/domain/references.js';

const container = (more: Partial<PodContainer> = {}): PodContainer => ({
  ...{ name: 'app', envSecrets: [], mounts: [] },
  ...more,
});
const volume = (more: Partial<PodVolume> = {}): PodVolume => ({
  ...{ name: 'v', fileSecrets: [], driverSecrets: [] },
  ...more,
});
const spec = (more: Partial<PodSpec>): PodSpec => ({
  ...{ containers: [container()], volumes: [], imagePullSecrets: [] },
  ...more,
});
const files = [volume({ fileSecrets: ['other', 'db'] })];
const mount = (isSubPath: boolean) => ({ volume: 'v', isSubPath });

describe('how a Pod takes a Secret', () => {
  it.each<[string, PodSpec, object]>([
    [
      'into the environment of some containers',
      spec({
        containers: [
          container({ name: 'migrate', envSecrets: ['db'] }),
          container({ name: 'app', envSecrets: ['other', 'db'] }),
          container({ name: 'proxy', envSecrets: ['other'] }),
        ],
      }),
      { uses: ['env'], envContainers: ['migrate', 'app'], hasFiles: false },
    ],
    [
      'as a volume that a container mounts',
      spec({ volumes: files, containers: [container({ mounts: [mount(false)] })] }),
      { uses: ['volume'], subPathContainers: [], hasFiles: true },
    ],
    ['as a volume that nobody mounts', spec({ volumes: files }), { uses: ['volume'] }],
    [
      'as single files, which no kubelet brings up to date',
      spec({ volumes: files, containers: [container({ mounts: [mount(true)] })] }),
      { uses: ['subPath'], subPathContainers: ['app'], hasFiles: false },
    ],
    [
      'as single files in one container and whole in another',
      spec({
        volumes: files,
        containers: [
          container({ name: 'one', mounts: [mount(true)] }),
          container({ name: 'two', mounts: [mount(false)] }),
        ],
      }),
      { uses: ['volume', 'subPath'], subPathContainers: ['one'], hasFiles: true },
    ],
    [
      'for the driver of a volume, which has it from the mount on',
      spec({ volumes: [volume({ driverSecrets: ['db'] })] }),
      { uses: ['volume'], hasFiles: false, isMountedOnce: true },
    ],
    [
      'to pull images',
      spec({ imagePullSecrets: ['db'] }),
      { uses: ['imagePull'], hasFiles: false, isMountedOnce: false },
    ],
    [
      'in every way at once',
      spec({
        volumes: files,
        imagePullSecrets: ['db'],
        containers: [container({ envSecrets: ['db'], mounts: [mount(true), mount(false)] })],
      }),
      { uses: ['env', 'volume', 'subPath', 'imagePull'] },
    ],
  ])('%s', (_way, given, expected) => {
    expect(referencesOf(given, 'db')).toMatchObject(expected);
  });

  it('is not at all where it names only others', () => {
    const given = spec({
      volumes: [volume({ fileSecrets: ['db2'], driverSecrets: ['d'] })],
      imagePullSecrets: ['registry'],
      containers: [container({ envSecrets: ['database'], mounts: [mount(true)] })],
    });
    expect(referencesOf(given, 'db')).toBeUndefined();
  });

  it('does not count a mount of another volume', () => {
    const given = spec({
      volumes: [...files, volume({ name: 'cache' })],
      containers: [container({ mounts: [{ volume: 'cache', isSubPath: true }] })],
    });
    expect(referencesOf(given, 'db')).toMatchObject({ uses: ['volume'], subPathContainers: [] });
  });
});
