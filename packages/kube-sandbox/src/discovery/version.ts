import type { JsonObject } from '../model/kube-object.js';

/** Kubernetes release that the sandbox imitates. */
const release = { major: '1', minor: '37', patch: '2', previousMinor: '36' } as const;

/** Returns `/version`, which clients compare with their own version. */
export function versionInfo(): JsonObject {
  const { major, minor, patch, previousMinor } = release;
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: previousMinor,
    gitVersion: `v${major}.${minor}.${patch}`,
    gitCommit: 'unknown',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: 'none',
    platform: 'linux/amd64',
  };
}
