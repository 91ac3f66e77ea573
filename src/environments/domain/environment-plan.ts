import { bodyLimits } from '../../core/body-limits.js';
import { environmentLimits } from '../../core/environment-limits.js';
import {
  type FieldError,
  invalid,
  invalidAt,
  SallyportError,
} from '../../core/errors/sallyport-error.js';
import { type DefinedValues, pointerToValue } from './merge-environments.js';
import { type NeededKey, memberRequestsOf } from './needed-keys.js';
import { hasDefault, namesIn, parseTemplate, type Template } from './template.js';
import { TemplateProblem } from './template-problem.js';

/** Keys that a read of an environment needs, and how its values are made. */
export interface EnvironmentPlan {
  /** Names of the values that the read returns, sorted. */
  readonly shown: readonly string[];
  readonly literals: ReadonlyMap<string, string>;
  /** Keys of Secrets by the name of their value. */
  readonly secrets: ReadonlyMap<string, NeededKey>;
  readonly imports: ReadonlyMap<string, NeededKey>;
  /** Templates in an order in which each uses only earlier values. */
  readonly templates: ReadonlyMap<string, Template>;
}

/**
 * Plans a read of all values, or of one. Throws NotFound for an unknown name, and Invalid for all
 * templates that cannot be used: with a circle, its path; with an unknown name, that name.
 */
export function planEnvironment(values: DefinedValues, only?: string): EnvironmentPlan {
  if (only !== undefined && !values.has(only)) {
    throw new SallyportError('NotFound', `the environment has no value "${only}"`);
  }
  const shown = only === undefined ? [...values.keys()].toSorted() : [only];
  const plan = new Planning(values);
  for (const name of shown) plan.add(name, []);
  const { literals, secrets, imports, templates, problems } = plan;
  if (problems.length > 0) throw invalid(problems);
  if (secrets.size + imports.size > environmentLimits.keysMax) {
    throw invalidAt('/values', `uses more than ${environmentLimits.keysMax} keys`);
  }
  if (memberRequestsOf([secrets, imports]) > environmentLimits.memberRequestsMax) {
    throw invalidAt('/values', 'uses more members of documents than one read may parse');
  }
  return { shown, literals, secrets, imports, templates };
}

class Planning {
  readonly literals = new Map<string, string>();
  readonly secrets = new Map<string, NeededKey>();
  readonly imports = new Map<string, NeededKey>();
  readonly templates = new Map<string, Template>();
  readonly problems: FieldError[] = [];
  readonly #values: DefinedValues;
  /** Templates that were parsed, whatever came of it. */
  readonly #done = new Set<string>();

  constructor(values: DefinedValues) {
    this.#values = values;
  }

  add(name: string, path: readonly string[]): void {
    const source = this.#values.get(name);
    if (source === undefined) return;
    if (source.value !== undefined) this.literals.set(name, source.value);
    else if (source.secret) this.secrets.set(name, source.secret);
    else if (source.import) this.imports.set(name, source.import);
    else if (source.template !== undefined) this.#addTemplate(name, source.template, path);
  }

  #addTemplate(name: string, text: string, path: readonly string[]): void {
    if (this.#done.has(name)) return;
    const within = [...path, name];
    if (path.includes(name)) return this.#note(name, `uses itself: ${within.join(' → ')}`);
    if (within.length > environmentLimits.templateDepthMax) {
      const reason = `is deeper than ${environmentLimits.templateDepthMax} templates`;
      return this.#note(name, `${reason}: ${within.join(' → ')}`);
    }
    const template = parsed(text);
    if (template instanceof TemplateProblem) {
      this.#done.add(name);
      return this.#note(name, template.message);
    }
    for (const used of namesIn(template)) {
      if (!this.#values.has(used) && !hasDefault(template, used)) {
        this.#note(name, `uses "${used}", which no value and no import defines`);
      }
      this.add(used, within);
    }
    this.#done.add(name);
    this.templates.set(name, template);
  }

  #note(name: string, reason: string): void {
    if (this.problems.length >= bodyLimits.errorsReportedMax) return;
    this.problems.push({ pointer: pointerToValue(name, 'template'), reason });
  }
}

/** Throws Invalid for all templates that cannot be parsed, whatever they use. */
export function refuseBrokenTemplates(values: DefinedValues): void {
  const problems = [...values].flatMap(([name, { template: text = '' }]) => {
    const template = parsed(text);
    if (!(template instanceof TemplateProblem)) return [];
    return [{ pointer: pointerToValue(name, 'template'), reason: template.message }];
  });
  if (problems.length > 0) throw invalid(problems);
}

/** Reports whether a value, and all that it uses, is defined here: nothing else can change it. */
export function isDefinedBy(values: DefinedValues, name: string): boolean {
  const seen = new Set<string>();
  const waiting = [name];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const source = values.get(one);
    if (source === undefined) return false;
    const template = parsed(source.template ?? '');
    // The plan of a template that cannot be parsed fails.
    if (!(template instanceof TemplateProblem)) waiting.push(...namesIn(template));
  }
  return true;
}

function parsed(text: string): Template | TemplateProblem {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateProblem) return error;
    throw error;
  }
}
