import type { AuthorProblem } from '../../custom-resources/domain/author.js';
import { importKind, type ParsedImport } from '../domain/import-spec.js';
import { rightsToTarget } from '../domain/target-rights.js';
import type { ShareDependencies } from '../shares.dependencies.js';

export interface ImportAuthor {
  /** Name of the user; undefined if nobody is known. */
  readonly author: string | undefined;
  /** Why the user may not have the copy written; undefined if the user may. */
  readonly problem: AuthorProblem | undefined;
}

/** Returns who answers for the copy of an import now. Throws Unavailable if that is not known. */
export async function authorOfImport(
  { authors, records }: Pick<ShareDependencies, 'authors' | 'records'>,
  { object, specHash, spec }: ParsedImport,
): Promise<ImportAuthor> {
  const authored = { object, specHash, recorded: await records.get(object.uid) };
  const { resource } = importKind;
  const author = (await authors.of(resource, authored))?.username;
  const problem = await authors.problemOf(resource, authored, rightsToTarget(spec ?? {}));
  return { author, problem };
}
