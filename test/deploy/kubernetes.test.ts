import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type IServiceMonitor, ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { type IStatefulSet, StatefulSet } from 'kubernetes-models/apps/v1';
import { type IPodDisruptionBudget, PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, type IConfigMap, type IService, type IServiceAccount, Service, ServiceAccount } from 'kubernetes-models/v1';
import { parse } from 'yaml';
import { flagOf } from '../../bin/cli/setting-rules.ts';
import { settingTable } from '../../bin/cli/setting-table.ts';
import { readSettings } from '../../bin/cli/settings.ts';
import { defaultPort } from '../../bin/services/launch-settings.ts';
import { feedback } from '../../topologies/feedback/topology.ts';
import { told } from '../bin/cli/told.ts';
import { typeProblems } from './unknown-fields.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'deploy/kubernetes');

/** A manifest with all that it could have: what it has not, a test finds. */
type Whole<T> = T extends object ? { [K in keyof T]-?: Whole<NonNullable<T[K]>> } : T;

const read = <T>(file: string): Whole<T> => parse(readFileSync(path.join(folder, file), 'utf8')) as Whole<T>;

const set = read<IStatefulSet>('stateful-set.yaml');
const settings = read<IConfigMap>('settings.yaml');
const service = read<IService>('service.yaml');
const budget = read<IPodDisruptionBudget>('disruption-budget.yaml');
const account = read<IServiceAccount>('service-account.yaml');
const monitor = read<IServiceMonitor>('prometheus/service-monitor.yaml');

const pod = set.spec.template.spec;
const [container, ...others] = pod.containers;
if (container === undefined) throw new Error('there is no container');

/** The environment of a process in its pod. */
const env: Readonly<Record<string, string>> = {
  ...settings.data,
  ...Object.fromEntries(container.env.map(({ name, ...from }) => [name, 'value' in from ? from.value : 'millrace-feedback-0'])),
};

const args = container.args.map((arg) => arg.replace('$(POD_NAME)', env.POD_NAME ?? ''));

const filesIn = (at: string): ReadonlyArray<string> =>
  readdirSync(path.join(folder, at)).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');

describe('the Kubernetes manifests', () => {
  const models = [new StatefulSet(set), new ConfigMap(settings), new Service(service), new PodDisruptionBudget(budget)];
  for (const model of [...models, new ServiceAccount(account), new ServiceMonitor(monitor)]) {
    it(`have a ${model.kind} as its schema wants it`, () => model.validate());
  }

  it('have no field that Kubernetes does not know', function () {
    this.timeout(60_000);
    const values = [
      { module: 'kubernetes-models/apps/v1', type: 'IStatefulSet', value: set },
      { module: 'kubernetes-models/v1', type: 'IConfigMap', value: settings },
      { module: 'kubernetes-models/v1', type: 'IService', value: service },
      { module: 'kubernetes-models/v1', type: 'IServiceAccount', value: account },
      { module: 'kubernetes-models/policy/v1', type: 'IPodDisruptionBudget', value: budget },
      { module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1', type: 'IServiceMonitor', value: monitor },
    ];
    assert.deepEqual(typeProblems(values), []);
    const wrong = structuredClone(set) as unknown as { spec: { template: { spec: Record<string, unknown> } } };
    wrong.spec.template.spec.terminationGraceSeconds = 45;
    const [problem] = typeProblems([{ module: 'kubernetes-models/apps/v1', type: 'IStatefulSet', value: wrong }]);
    assert.match(problem ?? '', /terminationGraceSeconds/);
  });

  it('are all listed for kustomize, the optional ones apart', () => {
    for (const at of ['.', 'prometheus']) {
      const { resources } = read<{ readonly resources: ReadonlyArray<string> }>(path.join(at, 'kustomization.yaml'));
      assert.deepEqual([...resources].sort(), [...filesIn(at)].sort());
    }
  });

  it('select the pods that they make, and name each other', () => {
    const labels = set.spec.template.metadata.labels;
    const selectors = [set.spec.selector.matchLabels, service.spec.selector, budget.spec.selector.matchLabels];
    const spread = pod.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels);
    for (const selector of [...selectors, ...spread]) assert.deepEqual(selector, labels);
    assert.deepEqual(monitor.spec.selector.matchLabels, service.metadata.labels);
    assert.equal(set.spec.serviceName, service.metadata.name);
    assert.equal(pod.serviceAccountName, account.metadata.name);
    assert.deepEqual(container.envFrom, [{ configMapRef: { name: settings.metadata.name } }]);
    assert.deepEqual(others, []);
  });

  it('give only settings that there are, and such as a start takes', () => {
    const known = new Set(Object.values(settingTable).map(([name]) => name));
    const given = Object.keys(env).filter((name) => name.startsWith('MILLRACE_'));
    assert.deepEqual(
      given.filter((name) => !known.has(name)),
      [],
    );
    const read = readSettings({ flags: { slot: env.POD_NAME }, env }, ['kafka', 'registry', 'clickhouse']);
    assert.deepEqual([read.healthPort, read.healthHost, read.slot], [defaultPort, '0.0.0.0', 'millrace-feedback-0']);
  });

  it('run a command with flags that it has', async () => {
    const [command = '', topology, ...flags] = args;
    assert.deepEqual([command, topology], ['run', feedback.name]);
    const help = (await told([command, '--help'])).stdout;
    for (const flag of flags.filter((arg) => arg.startsWith('--'))) assert.match(help, new RegExp(`^ {2}${flag}\\b`, 'm'));
    // What is wrong is told before anything is opened, and nothing here is but the topology.
    const { stderr } = await told([command, 'nowhere', ...flags], env);
    assert.match(stderr, /^bad_config: there is no topology "nowhere"[^\n]*\n\n/);
  });

  it('let probes and scrapes in where the process listens', () => {
    const [port] = container.ports;
    assert.deepEqual([port?.name, port?.containerPort], ['http', Number(env.MILLRACE_HEALTH_PORT)]);
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    assert.deepEqual(
      probes.map((probe) => [probe.httpGet.path, probe.httpGet.port]),
      [
        ['/healthz', 'http'],
        ['/healthz', 'http'],
        ['/readyz', 'http'],
      ],
    );
    assert.deepEqual(
      [service.spec.ports[0]?.targetPort, monitor.spec.endpoints[0]?.port, monitor.spec.endpoints[0]?.path],
      ['http', 'http', '/metrics'],
    );
  });

  it('wait longer for a pod to end than its drain may take', () => {
    const grace = Number(env.MILLRACE_GRACE_SECONDS);
    assert.ok(pod.terminationGracePeriodSeconds >= grace + 10);
  });

  it('keep state on the volume of the pod, and write nowhere else but to /tmp', () => {
    const at = args[args.indexOf(flagOf('stateDir')) + 1];
    const mounts = new Map(container.volumeMounts.map(({ mountPath, name }) => [mountPath, name]));
    assert.equal(mounts.get(at ?? ''), set.spec.volumeClaimTemplates[0]?.metadata.name);
    assert.deepEqual([...mounts.keys()].sort(), ['/etc/millrace/secrets', '/tmp', '/var/lib/millrace']);
  });

  it('give a process no rights that it does not need', () => {
    const { securityContext } = container;
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext;
    assert.deepEqual([runAsNonRoot, runAsUser, seccompProfile.type], [true, 1000, 'RuntimeDefault']);
    assert.match(readFileSync(path.join(root, 'docker/Dockerfile'), 'utf8'), /^USER 1000:1000$/m);
    assert.equal(pod.automountServiceAccountToken, false);
  });

  it('give secrets as files of one Secret, and none by the environment', () => {
    const secret = pod.volumes.find((volume) => 'secret' in volume)?.name;
    const mount = container.volumeMounts.find(({ name }) => name === secret);
    const files = Object.entries(env).filter(([name]) => /_FILE$|_CA$/.test(name));
    assert.ok(files.length >= 6);
    for (const [name, file] of files) assert.equal(path.dirname(file), mount?.mountPath, name);
    assert.doesNotMatch(JSON.stringify(pod.containers), /secretKeyRef|secretRef/);
  });

  it('run the version that is here', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
    assert.equal(container.image, `millrace:${version}`);
  });
});
