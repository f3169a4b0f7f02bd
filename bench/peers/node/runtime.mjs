// A minimal Lambda runtime: node runtime.mjs MODULE runs the `handler` that MODULE exports.
// AWS's own runtime, aws-lambda-ric, builds curl and a native module from source during its installation, which needs CMake and a
// C++ compiler. This one does less for each event (no log capture, no X-Ray, no streaming), which favours Node.js.
import { Agent, request } from "node:http";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    if (body !== undefined) {
      headers = { ...headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    }
    const sent = request({ host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode < 300) {
          resolve({ headers: response.headers, text });
        } else {
          reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        }
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });

const report = (path, error) =>
  call(
    "POST",
    path,
    JSON.stringify({ errorMessage: error.message, errorType: error.name, stackTrace: error.stack?.split("\n") ?? [] }),
    { "Lambda-Runtime-Function-Error-Type": error.name },
  );

const contextOf = (headers) => ({
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  awsRequestId: headers["lambda-runtime-aws-request-id"],
  invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
  getRemainingTimeInMillis: () => Number(headers["lambda-runtime-deadline-ms"]) - Date.now(),
});

let handler;
try {
  ({ handler } = await import(new URL(process.argv[2], import.meta.url)));
} catch (error) {
  await report("init/error", error);
  throw error;
}

for (;;) {
  const { headers, text } = await call("GET", "invocation/next");
  const invocation = `invocation/${headers["lambda-runtime-aws-request-id"]}`;
  let answer;
  try {
    answer = JSON.stringify((await handler(JSON.parse(text), contextOf(headers))) ?? null);
  } catch (error) {
    console.error(error);
    await report(`${invocation}/error`, error);
    continue;
  }
  await call("POST", `${invocation}/response`, answer);
}
