"""The one way to the framework: CDKTF, the bindings of AWS's provider, and the libraries on which both build.

Everything else imports their names from here (ruff refuses other ways), so that a framework with the same names can
take CDKTF's place in this folder alone. mypy sees their own classes, and checks every argument.
"""

from modules.framework import fast_bindings as fast_bindings  # first, since it changes what the next imports load

# isort: split
from typing import TYPE_CHECKING

import jsii as jsii
from cdktf import App as App
from cdktf import Aspects as Aspects
from cdktf import AssetType as AssetType
from cdktf import Fn as Fn
from cdktf import IAspect as IAspect
from cdktf import ITerraformDependable as ITerraformDependable
from cdktf import S3Backend as S3Backend
from cdktf import TerraformAsset as TerraformAsset
from cdktf import TerraformDataSource as TerraformDataSource
from cdktf import TerraformElement as TerraformElement
from cdktf import TerraformOutput as TerraformOutput
from cdktf import TerraformProvider as TerraformProvider
from cdktf import TerraformResource as TerraformResource
from cdktf import TerraformResourceLifecycle as TerraformResourceLifecycle
from cdktf import TerraformStack as TerraformStack
from constructs import Construct as Construct
from constructs import IConstruct as IConstruct
from constructs import Node as Node

from modules.framework.fast_bindings import path_of as path_of

if TYPE_CHECKING or fast_bindings.OFF:
    from modules.framework.aws import *
else:

    def __getattr__(name: str) -> object:
        return fast_bindings.binding(name)
