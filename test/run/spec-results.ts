/** Outcome of one spec file in one project of vitest. */
export interface FileResult {
  readonly project: string;
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly passed: number;
  /** Failed tests; at least one if the file itself failed. */
  readonly failed: number;
  readonly seconds: number;
  /** One text for each failure, the first failure first. */
  readonly failures: readonly string[];
}

/** Error outside of tests, with the spec file that vitest attributes it to. */
export interface UnhandledError {
  readonly path?: string;
  readonly text: string;
}

/** Messages of `RunReporter` to the process that started vitest. */
export type RunMessage =
  | { readonly kind: 'started'; readonly files: number }
  | { readonly kind: 'file'; readonly result: FileResult }
  | { readonly kind: 'ended'; readonly errors: readonly UnhandledError[] };

/** Returns the identity of a file in a run: several projects may run one file. */
export function fileKey({ project, path }: Pick<FileResult, 'project' | 'path'>): string {
  return `${project}:${path}`;
}

/** Attributes errors outside of tests to the results of their files; returns the other errors. */
export function attributeErrors(
  results: readonly FileResult[],
  errors: readonly UnhandledError[],
): { readonly results: readonly FileResult[]; readonly others: readonly string[] } {
  const paths = new Set(results.map(({ path }) => path));
  const others = errors.filter(({ path }) => path === undefined || !paths.has(path));
  return {
    results: results.map((result) => {
      const own = errors.filter(({ path }) => path === result.path).map(({ text }) => text);
      if (own.length === 0) return result;
      const failed = Math.max(result.failed, 1);
      return { ...result, failed, failures: [...result.failures, ...own] };
    }),
    others: others.map(({ text }) => text),
  };
}
