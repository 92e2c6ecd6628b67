// Whether IAM allows what a line of standard input asks, {"principal","action","resource","context","policies","resourcePolicy"}:
// a line {"result","faults"} each. An action that there is not, one that is not for such a resource, and a policy that IAM would
// not take are faults.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { runSimulation } = createRequire(process.argv[2] + "/")("@cloud-copilot/iam-simulate");

async function answer({ principal, action, resource, account, context, policies, resourcePolicy }) {
  const simulation = {
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
    identityPolicies: policies.map((policy, number) => ({ name: `p${number}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy,
  };
  const { overallResult, errors } = await runSimulation(simulation, { simulationMode: "Strict" });
  return errors ? { faults: errors } : { result: overallResult };
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await answer(JSON.parse(line))));
