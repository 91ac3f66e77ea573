/** Entry of the package for modules of admission plug-ins, which the sandbox imports. */
export type {
  AdmissionDenial,
  AdmissionModule,
  AdmissionPlugin,
} from './admission/admission-plugin.js';
export type { StatusCause } from './model/api-status.js';
export type { UserInfo } from './model/identity.js';
export { nameOf } from './model/kube-object.js';
export type { JsonObject, KubeObject } from './model/kube-object.js';
export type { StrategyContext } from './model/resource-definition.js';
export { isSameJson } from './model/same-json.js';
export {
  objectAt,
  objectsAt,
  sizeAt,
  textAt,
  textsAt,
  valueAt,
} from './table/columns/object-fields.js';
