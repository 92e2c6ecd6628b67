#include "kafka/iam_login.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "aws/credential_source.h"
#include "aws/service.h"
#include "base/ascii.h"
#include "kafka/jaas.h"

namespace pinpipe::kafka {
namespace {

constexpr const char* kProtocol = "security.protocol";
constexpr const char* kMechanism = "sasl.mechanism";
constexpr const char* kMechanisms = "sasl.mechanisms";  // as librdkafka has it, too
constexpr const char* kModule = "sasl.jaas.config";
constexpr const char* kClientHandler = "sasl.client.callback.handler.class";
constexpr const char* kLoginHandler = "sasl.login.callback.handler.class";
constexpr const char* kOauthBearer = "OAUTHBEARER";

/// What Java is told, by mechanism. `handlers`: the properties that may name the class.
struct Form {
  const char* mechanism;
  const char* module;
  const char* handler;
};
constexpr Form kJavasOwn{"AWS_MSK_IAM", "software.amazon.msk.auth.iam.IAMLoginModule",
                         "software.amazon.msk.auth.iam.IAMClientCallbackHandler"};
constexpr Form kBearer{kOauthBearer,
                       "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
                       "software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler"};

/// The last of a name counts, as in Java. Null where there is none.
const Property* last_of(const std::vector<Property>& properties,
                        std::initializer_list<std::string_view> keys) {
  const Property* last = nullptr;
  for (const auto& property : properties) {
    if (std::ranges::count(keys, std::string_view(property.key)) > 0) last = &property;
  }
  return last;
}

/// The form of the login that is asked for; null where it is not IAM.
const Form* form_of(const std::vector<Property>& properties) {
  const auto* mechanism = last_of(properties, {kMechanism, kMechanisms});
  if (mechanism == nullptr) return nullptr;
  if (mechanism->value == kJavasOwn.mechanism) return &kJavasOwn;
  const auto* handler = last_of(properties, {kLoginHandler});
  const bool bearer = mechanism->value == kBearer.mechanism && handler != nullptr &&
                      handler->value == kBearer.handler;
  return bearer ? &kBearer : nullptr;
}

Error wrong(const Property& property, const std::string& why, const std::string& hint) {
  return {property.from + ": " + property.key + ": " + why, hint};
}

Status check_protocol(const std::vector<Property>& properties) {
  const auto* protocol = last_of(properties, {kProtocol});
  if (protocol != nullptr && lower_case(protocol->value) == "sasl_ssl") return {};
  const auto* named =
      protocol != nullptr ? protocol : last_of(properties, {kMechanism, kMechanisms});
  return wrong(*named, "IAM is by TLS only", "write security.protocol=SASL_SSL");
}

Status check_handlers(const std::vector<Property>& properties, const Form& form) {
  for (const auto& property : properties) {
    const bool handler = property.key == kClientHandler || property.key == kLoginHandler;
    if (!handler || property.value == form.handler) continue;
    return wrong(property, "not Amazon's class for this mechanism",
                 std::string("it is ") + form.handler);
  }
  return {};
}

/// Where the value of an option goes; null for one that is of no use here.
struct Option {
  const char* name;
  std::string* (*to)(IamLogin&);
};
constexpr std::array kOptions{
    Option{"awsRoleArn", [](IamLogin& to) { return &to.role.arn; }},
    Option{"awsRoleSessionName", [](IamLogin& to) { return &to.role.session_name; }},
    Option{"awsRoleExternalId", [](IamLogin& to) { return &to.role.external_id; }},
    Option{"awsStsRegion", [](IamLogin& to) { return &to.role.sts_region; }},
    Option{"awsProfileName", [](IamLogin& to) { return &to.profile; }},
    Option{"awsRoleAccessKeyId", [](IamLogin& to) { return &to.role_keys.access_key; }},
    Option{"awsRoleSecretAccessKey", [](IamLogin& to) { return &to.role_keys.secret_key; }},
    Option{"awsRoleSessionToken", [](IamLogin& to) { return &to.role_keys.session_token; }},
    Option{"awsDebugCreds", nullptr},  // errors are told anyway, and names of keys never
    Option{"awsMaxRetries", nullptr},
    Option{"awsMaxBackOffTimeMs", nullptr},
};

std::string all_options() {
  std::string names;
  for (const auto& option : kOptions) ((names += names.empty() ? "" : ", ") += option.name);
  return names;
}

Status take_options(const Property& line, const LoginModule& module, IamLogin& login) {
  for (const auto& [name, value] : module.options) {
    const auto option = std::ranges::find(kOptions, name, &Option::name);
    if (option == kOptions.end()) {
      // Another word might be a part of a secret.
      const auto shown = name.starts_with("aws") ? "'" + name + "'" : std::string("of this name");
      return wrong(line, "the login module has no option " + shown, "it has " + all_options());
    }
    if (option->to == nullptr) continue;
    if (value.empty()) return wrong(line, name + " is empty", "leave it out, or give it a value");
    *option->to(login) = value;
  }
  if (login.role_keys.access_key.empty() != login.role_keys.secret_key.empty())
    return wrong(line, "awsRoleAccessKeyId and awsRoleSecretAccessKey are one key: both or none",
                 "");
  return {};
}

Status take_module(const std::vector<Property>& properties, const Form& form, IamLogin& login) {
  const auto* line = last_of(properties, {kModule});
  if (line == nullptr) return {};  // there is nothing that only this line says
  const auto module = parse_login_module(line->value);
  if (!module.ok()) return wrong(*line, module.error().what, module.error().hint);
  if (module.value().name != form.module)
    return wrong(*line, "not the login module of this mechanism",
                 std::string("it is ") + form.module);
  return take_options(*line, module.value(), login);
}

/// The region of the first broker whose name has one.
std::string region_of(const std::vector<Property>& properties) {
  const auto* servers = last_of(properties, {"bootstrap.servers", "metadata.broker.list"});
  if (servers == nullptr) return "";
  std::string_view brokers = servers->value;
  while (!brokers.empty()) {
    auto broker = brokers.substr(0, brokers.find(','));
    brokers.remove_prefix(std::min(brokers.size(), broker.size() + 1));
    broker = broker.substr(0, broker.rfind(':'));
    if (auto region = aws::region_of_broker(broker); !region.empty()) return region;
  }
  return "";
}

/// By a clock that is wrong, the brokers would not take the date of a token either.
Error ended() {
  return {"the AWS credentials have ended, or end this very second",
          "renew them; where they are new, the clock of this machine is wrong (date -u)"};
}

/// Who assumes the role, or is the one to log in where there is none.
std::function<Result<aws::Credentials>()> source_of(const IamLogin& login,
                                                    const aws::Environment& environment,
                                                    const aws::CredentialServers& servers) {
  if (!login.role_keys.access_key.empty()) {
    return [keys = login.role_keys] { return Result<aws::Credentials>(keys); };
  }
  const auto source = std::make_shared<aws::CredentialSource>(environment, servers);
  return [source] { return source->get(); };
}

}  // namespace

Result<std::optional<IamLogin>> take_iam_login(std::vector<Property>& properties) {
  const auto* form = form_of(properties);
  if (form == nullptr) return std::optional<IamLogin>();
  IamLogin login;
  TRY(check_protocol(properties));
  TRY(check_handlers(properties, *form));
  TRY(take_module(properties, *form, login));
  login.region = region_of(properties);
  const auto from = last_of(properties, {kMechanism, kMechanisms})->from;
  std::erase_if(properties, [](const Property& property) {
    constexpr std::string_view kTaken[] = {kMechanism, kMechanisms, kModule, kClientHandler,
                                           kLoginHandler};
    return std::ranges::count(kTaken, std::string_view(property.key)) > 0;
  });
  properties.push_back({kMechanism, kOauthBearer, from});
  return std::optional(std::move(login));
}

Result<TokenMaker> token_maker(const IamLogin& login, const aws::Environment& environment,
                               const aws::CredentialServers& servers) {
  const auto own =
      login.profile.empty() ? environment : aws::of_profile(environment, login.profile);
  const auto region = login.region.empty() ? aws::find_region(own) : login.region;
  if (region.empty()) {
    return Error{"the names of the brokers do not say in which AWS region they are",
                 "set AWS_REGION to the region of the cluster"};
  }
  auto credentials = source_of(login, own, servers);
  if (auto role = login.role; !role.arn.empty()) {
    if (role.sts_region.empty()) role.sts_region = region;
    const auto assumed = std::make_shared<aws::CredentialSource>(
        [=]() -> Result<aws::Credentials> {
          const auto source = TRY(credentials());
          return aws::assume_role(role, source, own, servers);
        },
        nullptr, servers.now);
    credentials = [assumed] { return assumed->get(); };
  }
  return TokenMaker([=]() -> Result<aws::MskToken> {
    const auto found = TRY(credentials());
    const auto now = servers.now();
    if (aws::end_at_once(found, now)) return ended();
    return aws::msk_token(found, region, now);
  });
}

}  // namespace pinpipe::kafka
