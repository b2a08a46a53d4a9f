import type { Actuator } from './actuator.ts';
import type { ActuatorSettings } from './actuator-settings.ts';
import { argoActuator } from './argo-actuator.ts';
import { fileActuator } from './file-actuator.ts';
import type { PeerPorts } from './http-peer.ts';
import { mlflowActuator } from './mlflow-actuator.ts';
import { webhookActuator } from './webhook-actuator.ts';

/** Makes the actuator that its settings describe. Nothing is read or asked before `prepare`. */
export const openActuator = (name: string, settings: ActuatorSettings, ports: PeerPorts): Actuator => {
  switch (settings.kind) {
    case 'file':
      return fileActuator(settings);
    case 'webhook':
      return webhookActuator(name, settings, ports);
    case 'mlflow':
      return mlflowActuator(name, settings, ports);
    case 'argo-rollouts':
      return argoActuator(name, settings, ports);
  }
};
