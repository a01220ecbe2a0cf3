"""The distribution's certificate: named by the settings, or issued and validated in a hosted zone of ours."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from modules.common import Context
from settings import Domain


class Certificate(Construct):
    """In us-east-1, where CloudFront reads it; renewed by AWS as long as the validation record stands."""

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
        # A certificate of one name is validated by one record, so no `for_each` over unknown options is needed.
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
        """Makes the public name an alias of the distribution, by IPv4 and IPv6, where the zone is ours."""
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
