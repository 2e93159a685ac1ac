// What the admin listener answers: /metrics, and the two questions of orchestrators. Nothing of it
// asks for a key, so the listener is for this machine alone.
#pragma once

#include "api/api.h"
#include "http/service.h"
#include "server/metrics.h"

namespace argot::server {

// Thread-safe. What the sources refer to must outlive it.
class AdminService final : public http::Service {
 public:
  AdminService(api::Api& api, const MetricSources& sources) : api_(api), sources_(sources) {}

  http::Begun begin(const http::Request& request) override;
  bool begin_waits(const http::Request& request) const override;
  http::Response refuse(const http::Request* request, const Error& error) override;

 private:
  http::Response metrics(const http::Request& request) const;

  api::Api& api_;
  MetricSources sources_;
};

}  // namespace argot::server
