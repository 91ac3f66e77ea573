import { type CustomResource, specTag } from '../../custom-resources/domain/custom-resource.js';
import type { FieldError } from '../../core/errors/sallyport-error.js';
import { environmentSpecSchema } from './environment-spec.js';

/** Members of a read environment that a write ignores. */
export const environmentReadOnly = ['name', 'problems'] as const;

/** An environment as its readers see it: where its values come from, and none of the values. */
export interface EnvironmentView {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly problems: readonly FieldError[];
  readonly etag: string;
}

/** Returns the view of an environment; what came past the gateway may have mistakes. */
export function environmentView(object: CustomResource): EnvironmentView {
  const { error } = environmentSpecSchema.safeParse(object.spec);
  const problems = (error?.issues ?? []).map(({ path, message }) => ({
    pointer: path.map((token) => `/${String(token)}`).join(''),
    reason: message,
  }));
  return { name: object.name, spec: object.spec, problems, etag: specTag(object) };
}
