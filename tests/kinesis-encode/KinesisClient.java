package software.amazon.kinesis.coordinator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A consumer as the library's users write one, which prints what it is given. All is as the library has it, but that it asks
 * more often, where it would wait for seconds, and in the package of the scheduler, which would first wait for up to half a
 * minute whether other workers begin.
 */
public class KinesisClient extends Scheduler {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of one shard. */
  private static class Printer implements ShardRecordProcessor {
    private String shard;

    @Override
    public void initialize(InitializationInput input) {
      shard = input.shardId();
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
      StringBuilder lines = new StringBuilder();
      for (KinesisClientRecord record : input.records()) {
        lines.append(line(record)).append('\n');
      }
      synchronized (JSON) {
        System.out.print(lines);
        System.out.flush();
      }
      checkpoint(input.checkpointer());
    }

    private String line(KinesisClientRecord record) {
      byte[] data = new byte[record.data().remaining()];
      record.data().get(data);
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("shard", shard);
      members.put("key", record.partitionKey());
      members.put("sequence", record.sequenceNumber());
      members.put("within", record.subSequenceNumber());
      members.put("data", data);
      try {
        return JSON.writeValueAsString(members);
      } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
      System.err.println("the lease of " + shard + " is lost, and its records may come again");
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
      checkpoint(input.checkpointer());
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
      checkpoint(input.checkpointer());
    }

    private static void checkpoint(RecordProcessorCheckpointer checkpointer) {
      try {
        checkpointer.checkpoint();
      } catch (InvalidStateException | ShutdownException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private KinesisClient(ConfigsBuilder configs, LeaseManagementConfig leases, PollingConfig polling) {
    super(
        configs.checkpointConfig(),
        configs.coordinatorConfig().parentShardPollIntervalMillis(200).shardConsumerDispatchPollIntervalMillis(100),
        leases,
        configs.lifecycleConfig(),
        configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
        configs.processorConfig(),
        configs.retrievalConfig().retrievalSpecificConfig(polling));
  }

  @Override
  boolean shouldInitiateLeaseSync() {
    return true;
  }

  public static void main(String[] args) throws Exception {
    String stream = args[0];
    URI url = URI.create(args[1]);
    URI urlOfLeases = URI.create(args[2]);
    KinesisAsyncClient kinesis = KinesisAsyncClient.builder()
        .endpointOverride(url)
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
        .build();
    DynamoDbAsyncClient dynamo = DynamoDbAsyncClient.builder().endpointOverride(urlOfLeases).build();
    CloudWatchAsyncClient unused = CloudWatchAsyncClient.builder().endpointOverride(urlOfLeases).build();
    InitialPositionInStreamExtended begin =
        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
    ConfigsBuilder configs = new ConfigsBuilder(
        new SingleStreamTracker(stream, begin), "leases", kinesis, dynamo, unused, "worker", Printer::new);
    LeaseManagementConfig leases = configs.leaseManagementConfig()
        .failoverTimeMillis(120_000) // a machine that stands still must not lose a lease to itself
        .leaseAssignmentIntervalMillis(500L)
        .shardSyncIntervalMillis(500)
        .maxCacheMissesBeforeReload(0); // else it does not know, for half a minute, which range a new shard has
    // They would be asked of the metadata service of EC2, which is no address of this machine.
    leases.workerUtilizationAwareAssignmentConfig().disableWorkerMetrics(true);
    Scheduler scheduler = new KinesisClient(
        configs, leases, new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(PollingConfig.MIN_IDLE_MILLIS_BETWEEN_READS));
    new Thread(scheduler).start();
    while (System.in.read() >= 0) {
    }
    System.exit(scheduler.startGracefulShutdown().get(60, TimeUnit.SECONDS) ? 0 : 1);
  }
}
