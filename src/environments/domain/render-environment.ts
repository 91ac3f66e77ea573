import { invalidAt } from '../../core/errors/sallyport-error.js';
import { SecretValue } from '../../core/secret-value.js';
import type { SecretData } from '../../secrets/domain/secret.js';
import type { EnvironmentPlan } from './environment-plan.js';
import { pointerToValue } from './merge-environments.js';
import type { Template } from './template.js';
import { TemplateProblem } from './template-problem.js';
import { TemplateRenderer } from './template-renderer.js';

/**
 * Returns the values of a read. `keys` has each key of the plan by the name of its value. Throws
 * Invalid for a template that cannot be rendered, and TooLarge beyond the bound of all templates.
 */
export function renderEnvironment(plan: EnvironmentPlan, keys: SecretData): SecretData {
  const values = new Map<string, SecretValue>(keys);
  for (const [name, text] of plan.literals) values.set(name, valueOf(text));
  const renderer = new TemplateRenderer(values);
  for (const [name, template] of plan.templates) {
    values.set(name, valueOf(renderedValue(renderer, name, template)));
  }
  return new Map(
    plan.shown.flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function renderedValue(renderer: TemplateRenderer, name: string, template: Template): string {
  try {
    return renderer.rendered(template);
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw invalidAt(pointerToValue(name, 'template'), error.message);
  }
}

function valueOf(text: string): SecretValue {
  return SecretValue.fromText(text) ?? SecretValue.ofKeptText(text.toWellFormed());
}
