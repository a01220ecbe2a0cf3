"""The distribution's certificate: one that the settings name, or one issued and validated in their hosted zone."""

from modules.common import Context
from modules.framework import (
    AcmCertificate,
    AcmCertificateValidation,
    Construct,
    Route53Record,
    Route53RecordAlias,
    TerraformProvider,
)
from settings import Domain


class Certificate(Construct):
    """A certificate in us-east-1, as CloudFront requires. ACM renews it as long as its validation record exists."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, provider: TerraformProvider, settings: Domain
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        if settings.hosted_zone_id is None:
            self.arn = settings.certificate_arn
            return
        certificate = AcmCertificate(
            self,
            "certificate",
            provider=provider,
            domain_name=settings.name,
            validation_method="DNS",
            key_algorithm="EC_prime256v1",
            tags={"Name": context.name("front-door")},
        )
        # A certificate for one name has one validation record, so no `for_each` over unknown values is needed.
        option = certificate.domain_validation_options.get(0)
        record = Route53Record(
            self,
            "validation-record",
            zone_id=settings.hosted_zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=300,
        )
        validation = AcmCertificateValidation(
            self,
            "validation",
            provider=provider,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
        )
        self.arn = validation.certificate_arn

    def point_to(self, domain_name: str, zone_id: str) -> None:
        """Creates DNS records for IPv4 and IPv6 that point to the distribution, if the settings name a hosted zone."""
        if self._settings.hosted_zone_id is None:
            return
        for kind in ("A", "AAAA"):
            Route53Record(
                self,
                f"alias-{kind.lower()}",
                zone_id=self._settings.hosted_zone_id,
                name=self._settings.name,
                type=kind,
                alias=Route53RecordAlias(name=domain_name, zone_id=zone_id, evaluate_target_health=False),
            )
