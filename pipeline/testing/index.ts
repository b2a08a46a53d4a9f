export { drive } from './drive.ts';
export type { DriveOptions } from './drive.ts';
export type { Driver, Written } from './drive/driver.ts';
export type { DriveReject } from './drive/read-topic.ts';
export { simulate } from './simulate.ts';
export type { SeedFailure, SimulateOptions, SimulationReport } from './simulate.ts';
export { message, rawMessage } from './simulate/message.ts';
export type { Message, MessageOptions } from './simulate/message.ts';
export type { OutputRule, Simulation } from './simulate/simulation.ts';
export type { OutputRecord, Outputs } from './simulate/outputs.ts';
export type { SeedResult } from './simulate/simulator.ts';
export type { Difference } from './simulate/compare.ts';
export { runBroadcast, runJoin, runOperator } from './run-operator.ts';
export type { JoinRun, OperatorRun } from './run-operator.ts';
export type { Output, Rejected } from './gathering.ts';
export { chunkOf, partitionRecords, recordOf } from './records.ts';
export { VirtualClock } from './virtual-clock.ts';
export { MemoryReceiver } from './memory-target.ts';
export type { MemoryTargetFaults } from './memory-target.ts';
export type { MemoryFaults } from '../cluster/memory/faults.ts';

// The contract suites, for operators and ports of one's own.
export { broadcastContract, joinContract, operatorContract } from './contracts/operator-contract.ts';
export { deliveryContract } from './contracts/delivery-contract.ts';
export type { DeliveryClause, DeliverySubject } from './contracts/delivery-contract.ts';
export { clusterContract, runClusterClause } from './contracts/cluster-contract.ts';
export type { Clause } from './contracts/clause.ts';
