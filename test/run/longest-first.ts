import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of more than half a minute, from `docs/testing.md`. */
export const longest = [
  'test/unit/kubernetes/reflector/reflector.spec.ts',
  'test/unit/shares/copies/idle-copies.spec.ts',
  'test/e2e/kubectl/table.spec.ts',
  'test/e2e/cli/edit-interrupt.spec.ts',
  'test/e2e/secrets/waits.spec.ts',
  'test/e2e/start/failed-starts.spec.ts',
  'test/integration/audit/cluster-reports.spec.ts',
  'test/docs/readme.spec.ts',
  'test/docs/cloud-pages.spec.ts',
  'test/docs/store-pages.spec.ts',
  'test/integration/kubernetes/reflector.spec.ts',
  'test/integration/audit/stored-log-check.spec.ts',
  'test/integration/audit/anchors/anchor-publisher.spec.ts',
  'test/integration/versions/foreign-histories.spec.ts',
  'test/e2e/audit/kill.spec.ts',
  'test/e2e/versions/minimums.spec.ts',
  'test/integration/kubernetes/gateway-grants.spec.ts',
  'test/e2e/shares/copies-kill.spec.ts',
  'test/integration/versions/capture.spec.ts',
  'test/e2e/storage/postgres.spec.ts',
  'test/integration/audit/search-index/search-index.spec.ts',
  'test/integration/audit/retention/prune.spec.ts',
  'test/e2e/secrets/cache-correctness.spec.ts',
  'test/integration/sealing/sealing-keys.spec.ts',
];

/** Begins each project with its longest files: a long one at the end would run alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = Map.groupBy(sorted, ({ project }) => project.name);
    return [...projects.values()].flatMap((specs) => [
      ...specs.filter((spec) => isLong(spec)),
      ...specs.filter((spec) => !isLong(spec)),
    ]);
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return longest.includes(relative(process.cwd(), moduleId));
}
